-- title: Articles' days the store has not
-- about: An article's first views of a day are the change itself.
INSERT INTO store.article_day
SELECT site_id, day, article_id, views
FROM chunk_article_change
ANTI JOIN store.article_day USING (site_id, day, article_id)
ORDER BY day, article_id
