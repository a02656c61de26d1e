-- title: Articles of pruned page views
-- about: Adds the kept counts of pruned views to chunk_article_change.
-- reads: chunk_article_change, store.pruned_article_day
-- makes: chunk_article_change
CREATE OR REPLACE TEMP TABLE chunk_article_change AS
WITH total AS (
    SELECT site_id, day, article_id, views FROM chunk_article_change
    UNION ALL
    SELECT site_id, day, article_id, views FROM store.pruned_article_day
)
SELECT site_id, day, article_id, CAST(sum(views) AS BIGINT) AS views
FROM total
GROUP BY site_id, day, article_id
