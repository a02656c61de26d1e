-- title: Articles with a plainer URL
-- about: Updates the URL of a known article where a new page has a plainer one. Only on a site with rules can an
-- about: article have several.
-- reads: chunk_article, chunk_article_known
-- makes: store.article
UPDATE store.article AS article
SET url = nullif(new.shortest.url, article.identity),
    section = new.shortest.section,
    is_article = article.is_article OR new.is_article
FROM chunk_article AS new
JOIN chunk_article_known AS known USING (identity_key, site_id)
WHERE known.article_id = article.article_id
    AND (
        (new.is_article AND NOT article.is_article)
        OR (contains(new.shortest.url, '?'), strlen(new.shortest.url), new.shortest.url) < (
            contains(coalesce(article.url, article.identity), '?'),
            strlen(coalesce(article.url, article.identity)),
            coalesce(article.url, article.identity)
        )
    )
