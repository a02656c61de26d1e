-- title: Articles told anew
-- about: By which url an article is shown, in which section it is, and whether it is one, by the rules as
-- about: they are now.
-- reads: chunk_article, chunk_article_known
-- makes: store.article
UPDATE store.article AS article
SET url = nullif(new.shown.url, article.identity),
    section = new.shown.section,
    is_article = new.is_article
FROM chunk_article AS new
JOIN chunk_article_known AS met USING (identity_key, site_id)
WHERE met.article_id = article.article_id
    AND (article.url, article.section, article.is_article)
        IS DISTINCT FROM (nullif(new.shown.url, article.identity), new.shown.section, new.is_article)
