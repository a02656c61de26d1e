-- title: Figures of an import to count
-- about: Adds the figures of the hits that are not imported themselves to those of the hits that are.
-- reads: chunk_article_change, import_article_change, import_day, import_interval
-- makes: chunk_article_change, chunk_interval, chunk_minute
INSERT INTO chunk_interval
SELECT site_id, client, agent_id, first_at, last_at, page_views
FROM import_interval;

INSERT INTO chunk_minute BY NAME
SELECT site_id, hits, bot_hits, page_views, logged_until, day
FROM import_day;

CREATE OR REPLACE TEMP TABLE chunk_article_change AS
WITH total AS (
    SELECT site_id, day, article_id, views FROM chunk_article_change
    UNION ALL
    SELECT site_id, day, article_id, views FROM import_article_change
)
SELECT site_id, day, article_id, CAST(sum(views) AS BIGINT) AS views
FROM total
GROUP BY site_id, day, article_id
