-- title: Stored visits that a chunk touches
-- about: chunk_touched: each stored visit of a visitor of the chunk that is at most the visit gap away from one of
-- about: the chunk's intervals. No other stored visit can be merged, because stored visits of one visitor are further
-- about: apart than the gap.
-- reads: chunk_interval, store.site, store.visit, $reach_from, $reach_until
-- makes: chunk_touched
CREATE OR REPLACE TEMP TABLE chunk_touched AS
WITH reach AS (
    SELECT
        interval.site_id,
        interval.client,
        interval.agent_id,
        interval.first_at - site.visit_gap_s * INTERVAL 1 SECOND AS reach_from,
        interval.last_at + site.visit_gap_s * INTERVAL 1 SECOND AS reach_until
    FROM chunk_interval AS interval
    JOIN store.site AS site USING (site_id)
)
SELECT
    visit.rowid AS visit_row,
    visit.site_id,
    visit.client,
    visit.agent_id,
    visit.first_at,
    visit.last_at,
    visit.day,
    visit.page_views
FROM store.visit AS visit
SEMI JOIN reach
    ON reach.site_id = visit.site_id
    AND reach.client = visit.client
    AND reach.agent_id = visit.agent_id
    AND reach.reach_from <= visit.last_at
    AND visit.first_at <= reach.reach_until
WHERE visit.last_at >= $reach_from AND visit.first_at <= $reach_until
