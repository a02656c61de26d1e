-- title: Changes of each day's totals by an undo
-- about: chunk_day_change: - the ingest's hits, - the visits that contain them, + the visits that remain without
-- about: them.
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
{fragments/day_sums}
