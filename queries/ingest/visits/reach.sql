-- title: The span of visits to merge
-- about: The first and last instant at which a stored visit could touch one of the chunk's.
-- reads: chunk_interval, store.site
SELECT
    min(first_at - site.visit_gap_s * INTERVAL 1 SECOND) AS reach_from,
    max(last_at + site.visit_gap_s * INTERVAL 1 SECOND) AS reach_until
FROM chunk_interval
JOIN store.site AS site USING (site_id)
