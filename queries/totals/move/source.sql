-- title: Logs to move
-- about: Each of these logs with the site for which it was read, and how many of its hits are pruned.
-- reads: store.ingest, store.pruned_ingest, store.source, $source_ids
SELECT
    source.source_id,
    source.path,
    source.site,
    CAST(coalesce(sum(pruned.hits), 0) AS BIGINT) AS pruned
FROM store.source AS source
LEFT JOIN store.ingest AS ingest ON ingest.source_id = source.source_id
LEFT JOIN store.pruned_ingest AS pruned ON pruned.ingest_id = ingest.ingest_id
WHERE source.source_id IN (SELECT unnest(CAST($source_ids AS INTEGER[])))
GROUP BY source.source_id, source.path, source.site
ORDER BY source.source_id
