-- title: Who went on reading over a turn
-- about: chunk_rotated: those of whom two page views, one on either side, are of one visit.
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
SELECT DISTINCT turn.site_id, turn.rotates, turn.period, turn.own, turn.alias, turn.alias_before
FROM chunk_rotation AS turn
JOIN store.site AS site ON site.site_id = turn.site_id
JOIN view AS sooner ON sooner.site_id = turn.site_id AND sooner.client = turn.alias
JOIN view AS later
    ON later.site_id = turn.site_id
    AND later.client = turn.alias_before
    AND later.agent_id = sooner.agent_id
    AND later.first_at <= sooner.last_at + site.visit_gap_s * INTERVAL 1 SECOND
    AND sooner.first_at <= later.last_at + site.visit_gap_s * INTERVAL 1 SECOND
