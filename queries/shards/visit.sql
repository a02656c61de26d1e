-- title: Merged visits of a bucket
-- about: The merged visits under natural keys, in the columns of an export; they are of no single log.
-- reads: chunk_merged, store.site
SELECT
    CAST(NULL AS VARCHAR) AS log,
    site.name AS site,
    merged.client,
    merged.agent_id AS agent,
    merged.first_at,
    merged.last_at,
    CAST(merged.page_views AS BIGINT) AS page_views
FROM chunk_merged AS merged
JOIN store.site AS site ON site.site_id = merged.site_id
ORDER BY merged.first_at, merged.client, merged.agent_id
