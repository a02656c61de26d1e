-- title: New days of articles
-- about: Inserts the first views of an article on a day.
-- reads: chunk_article_change, store.article_day
-- makes: store.article_day
INSERT INTO store.article_day
WITH known AS (
    SELECT site_id, day, article_id FROM store.article_day
    SEMI JOIN chunk_article_change USING (site_id, day, article_id)
)
SELECT site_id, day, article_id, views
FROM chunk_article_change
ANTI JOIN known USING (site_id, day, article_id)
ORDER BY day, article_id
