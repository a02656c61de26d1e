-- title: Articles with another address
-- about: An article that the store has met is shown by a new url of it where that is plainer. Only where
-- about: a site has rules can an article have two.
-- reads: chunk_article, chunk_article_known
-- makes: store.article
UPDATE store.article AS article
SET url = nullif(new.shown.url, article.identity),
    section = new.shown.section,
    is_article = article.is_article OR new.is_article
FROM chunk_article AS new
JOIN chunk_article_known AS met USING (identity_key, site_id)
WHERE met.article_id = article.article_id
    AND (
        (new.is_article AND NOT article.is_article)
        OR (contains(new.shown.url, '?'), strlen(new.shown.url), new.shown.url) < (
            contains(coalesce(article.url, article.identity), '?'),
            strlen(coalesce(article.url, article.identity)),
            coalesce(article.url, article.identity)
        )
    )
