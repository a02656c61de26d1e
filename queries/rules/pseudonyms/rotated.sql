-- title: Visitors whose visit spans a rotation
-- about: chunk_rotated: the clients of chunk_rotation that have page views of one visit in both periods.
-- reads: chunk_interval, chunk_rotation, store.site, store.visit, $reach_from, $reach_until
-- makes: chunk_rotated
CREATE OR REPLACE TEMP TABLE chunk_rotated AS
WITH view AS (
    SELECT site_id, client, agent_id, first_at, last_at FROM chunk_interval
    UNION ALL
    SELECT site_id, client, agent_id, first_at, last_at
    FROM store.visit
    WHERE last_at >= $reach_from AND first_at <= $reach_until
)
SELECT DISTINCT rotation.site_id, rotation.rotates, rotation.period, rotation.own, rotation.alias, rotation.alias_before
FROM chunk_rotation AS rotation
JOIN store.site AS site ON site.site_id = rotation.site_id
JOIN view AS earlier ON earlier.site_id = rotation.site_id AND earlier.client = rotation.alias
JOIN view AS later
    ON later.site_id = rotation.site_id
    AND later.client = rotation.alias_before
    AND later.agent_id = earlier.agent_id
    AND later.first_at <= earlier.last_at + site.visit_gap_s * INTERVAL 1 SECOND
    AND earlier.first_at <= later.last_at + site.visit_gap_s * INTERVAL 1 SECOND
