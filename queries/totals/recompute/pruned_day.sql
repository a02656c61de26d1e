-- title: Days of pruned hits
-- about: Adds the kept sums of pruned hits to chunk_day_change.
-- reads: chunk_day_change, store.pruned_day
-- makes: chunk_day_change
CREATE OR REPLACE TEMP TABLE chunk_day_change AS
WITH change AS (
    SELECT site_id, day, hits, bot_hits, page_views, visits FROM chunk_day_change
    UNION ALL
    SELECT site_id, day, hits, bot_hits, page_views, 0 FROM store.pruned_day
)
{fragments/day_sums}
