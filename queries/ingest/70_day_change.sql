-- title: What a chunk changes in each day's totals
-- about: chunk_day_change: + the chunk's hits, + the merged visits, - the visits they replaced.
CREATE OR REPLACE TEMP TABLE chunk_day_change AS
WITH minute_hit AS (
    SELECT
        site_id,
        date_trunc('minute', logged_at) AS minute,
        count(*) AS hits,
        count(*) FILTER (counts_as = 'bot') AS bot_hits,
        count(*) FILTER (counts_as = 'page view') AS page_views
    FROM chunk_counted
    GROUP BY site_id, minute
), change AS (
    SELECT day.site_id, day.day, hit.hits, hit.bot_hits, hit.page_views, 0 AS visits
    FROM minute_hit AS hit
    JOIN chunk_day AS day USING (site_id, minute)
    UNION ALL
    SELECT site_id, day, 0, 0, 0, 1 FROM chunk_merged
    UNION ALL
    SELECT site_id, day, 0, 0, 0, -1 FROM chunk_touched
)
SELECT
    site_id,
    day,
    sum(hits)::BIGINT AS hits,
    sum(bot_hits)::BIGINT AS bot_hits,
    sum(page_views)::BIGINT AS page_views,
    sum(visits)::BIGINT AS visits
FROM change
GROUP BY site_id, day
