-- title: The log that was at a path before
-- about: The newest other log that was read at this path, and whether lines of the chunk equal its lines.
-- reads: chunk_matched, chunk_near, store.source, $machine, $path, $source_id
SELECT source_id, source_id IN (
    SELECT near.source_id FROM chunk_near AS near
    WHERE near.ingest_id IN (SELECT ingest_id FROM chunk_matched)
) AS is_matched
FROM store.source
WHERE path = $path AND source_id <> $source_id AND (machine IN ('', $machine) OR $machine = '')
ORDER BY last_read DESC, source_id DESC
LIMIT 1
