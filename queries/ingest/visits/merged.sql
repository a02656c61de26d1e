-- title: Visits after the merge
-- about: chunk_merged: the chunk's intervals and the stored visits that they touch; those of one visitor that are at
-- about: most the visit gap apart are merged. The merge is associative and commutative, so any division of a log into
-- about: chunks gives the same visits.
-- reads: chunk_interval, chunk_touched, store.site
-- makes: chunk_merged
CREATE OR REPLACE TEMP TABLE chunk_merged AS
WITH interval AS (
    SELECT site_id, client, agent_id, first_at, last_at, page_views FROM chunk_interval
    UNION ALL
    SELECT site_id, client, agent_id, first_at, last_at, page_views FROM chunk_touched
), reached AS (
    SELECT
        interval.*,
        max(interval.last_at) OVER (
            PARTITION BY interval.site_id, interval.client, interval.agent_id
            ORDER BY interval.first_at, interval.last_at
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) + site.visit_gap_s * INTERVAL 1 SECOND AS open_until
    FROM interval
    JOIN store.site AS site USING (site_id)
), numbered AS (
    SELECT
        *,
        sum(CASE WHEN open_until IS NULL OR first_at > open_until THEN 1 ELSE 0 END) OVER (
            PARTITION BY site_id, client, agent_id
            ORDER BY first_at, last_at
            RANGE UNBOUNDED PRECEDING
        ) AS visit_no
    FROM reached
), merged AS (
    SELECT
        site_id,
        client,
        agent_id,
        min(first_at) AS first_at,
        max(last_at) AS last_at,
        sum(page_views) AS page_views
    FROM numbered
    GROUP BY site_id, client, agent_id, visit_no
)
SELECT
    merged.site_id,
    merged.client,
    merged.agent_id,
    merged.first_at,
    merged.last_at,
    {fragments/local_day(merged.first_at, site.timezone)} AS day,
    merged.page_views
FROM merged
JOIN store.site AS site USING (site_id)
