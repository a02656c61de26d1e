-- title: Articles' days the store has not
-- about: An article's first views of a day are the change itself.
-- reads: chunk_article_change, store.article_day
-- makes: store.article_day
INSERT INTO store.article_day
WITH met AS (
    SELECT site_id, day, article_id FROM store.article_day
    SEMI JOIN chunk_article_change USING (site_id, day, article_id)
)
SELECT site_id, day, article_id, views
FROM chunk_article_change
ANTI JOIN met USING (site_id, day, article_id)
ORDER BY day, article_id
