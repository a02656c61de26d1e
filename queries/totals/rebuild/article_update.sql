-- title: Articles classified again
-- about: Updates the URL by which an article is shown, its section, and whether it is an article, by the current
-- about: rules.
-- reads: chunk_article, chunk_article_known
-- makes: store.article
UPDATE store.article AS article
SET url = nullif(new.shortest.url, article.identity),
    section = new.shortest.section,
    is_article = new.is_article
FROM chunk_article AS new
JOIN chunk_article_known AS known USING (identity_key, site_id)
WHERE known.article_id = article.article_id
    AND (article.url, article.section, article.is_article)
        IS DISTINCT FROM (nullif(new.shortest.url, article.identity), new.shortest.section, new.is_article)
