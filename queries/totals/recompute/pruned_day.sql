-- title: The days of forgotten hits
-- about: chunk_day_change with what pruning kept of the hits that it forgot.
-- reads: chunk_day_change, store.pruned_day
-- makes: chunk_day_change
CREATE OR REPLACE TEMP TABLE chunk_day_change AS
WITH total AS (
    SELECT site_id, day, hits, bot_hits, page_views, visits FROM chunk_day_change
    UNION ALL
    SELECT site_id, day, hits, bot_hits, page_views, 0 FROM store.pruned_day
)
SELECT
    site_id,
    day,
    sum(hits)::BIGINT AS hits,
    sum(bot_hits)::BIGINT AS bot_hits,
    sum(page_views)::BIGINT AS page_views,
    sum(visits)::BIGINT AS visits
FROM total
GROUP BY site_id, day
