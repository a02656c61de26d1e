-- title: What taking an ingest back changes in each day's totals
-- about: chunk_day_change: - its hits, - the visits that go, + what is left of them.
CREATE OR REPLACE TEMP TABLE chunk_day_change AS
WITH change AS (
    SELECT
        hit.site_id,
        day.day,
        -count(*) AS hits,
        -count(*) FILTER (hit.counts_as = 'bot') AS bot_hits,
        -count(*) FILTER (hit.counts_as = 'page view') AS page_views,
        0 AS visits
    FROM chunk_counted AS hit
    JOIN chunk_day AS day ON day.site_id = hit.site_id AND day.minute = date_trunc('minute', hit.logged_at)
    GROUP BY hit.site_id, day.day
    UNION ALL
    SELECT site_id, day, 0, 0, 0, -1 FROM undo_visit
    UNION ALL
    SELECT site_id, day, 0, 0, 0, 1 FROM chunk_merged
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
