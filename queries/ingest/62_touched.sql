-- title: The stored visits that a chunk touches
-- about: chunk_touched: each stored visit of a visitor of the chunk with at most the visit gap between
-- about: it and one of the chunk's intervals. No other stored visit can join the merged one, for stored
-- about: visits of one visitor are further than the gap apart.
CREATE OR REPLACE TEMP TABLE chunk_touched AS
SELECT DISTINCT
    visit.rowid AS visit_row,
    visit.site_id,
    visit.client,
    visit.agent_id,
    visit.first_at,
    visit.last_at,
    visit.day,
    visit.page_views
FROM store.visit AS visit
JOIN store.site AS site USING (site_id)
JOIN chunk_interval AS interval
    ON interval.site_id = visit.site_id
    AND interval.client = visit.client
    AND interval.agent_id = visit.agent_id
    AND interval.first_at <= visit.last_at + site.visit_gap_s * INTERVAL 1 SECOND
    AND visit.first_at <= interval.last_at + site.visit_gap_s * INTERVAL 1 SECOND
WHERE visit.last_at >= $reach_from AND visit.first_at <= $reach_until
