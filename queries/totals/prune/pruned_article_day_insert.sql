-- title: What is left of forgotten views of articles
-- about: The sums of each day.
-- reads: chunk_article_change
-- makes: store.pruned_article_day
INSERT INTO store.pruned_article_day
SELECT site_id, day, article_id, views
FROM chunk_article_change
ORDER BY day, article_id
