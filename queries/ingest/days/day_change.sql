-- title: Changes of each day's totals
-- about: chunk_day_change: + the chunk's hits, + the merged visits, - the visits that they replace.
-- reads: chunk_merged, chunk_minute, chunk_touched
-- makes: chunk_day_change
CREATE OR REPLACE TEMP TABLE chunk_day_change AS
WITH change AS (
    SELECT site_id, day, hits, bot_hits, page_views, 0 AS visits FROM chunk_minute
    UNION ALL
    SELECT site_id, day, 0, 0, 0, 1 FROM chunk_merged
    UNION ALL
    SELECT site_id, day, 0, 0, 0, -1 FROM chunk_touched
)
{fragments/day_sums}
