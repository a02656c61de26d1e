-- title: What taking an ingest back changes in each day's totals
-- about: chunk_day_change: - its hits, - the visits that go, + what is left of them.
-- reads: chunk_merged, chunk_minute, undo_visit
-- makes: chunk_day_change
CREATE OR REPLACE TEMP TABLE chunk_day_change AS
WITH change AS (
    SELECT site_id, day, -hits AS hits, -bot_hits AS bot_hits, -page_views AS page_views, 0 AS visits
    FROM chunk_minute
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
