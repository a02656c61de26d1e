-- title: Views of pruned articles
-- about: Keeps the number of pruned views of each article and day.
-- reads: chunk_article_change, $import_id
-- makes: store.pruned_article_day
INSERT INTO store.pruned_article_day
SELECT site_id, day, article_id, views, $import_id
FROM chunk_article_change
ORDER BY day, article_id
