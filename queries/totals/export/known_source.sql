-- title: Logs of a store that a run leaves out
-- about: The logs of the store, without those that were imported from the folder of the run: its manifest says what counts.
-- reads: store.import, store.ingest, store.source, $origin
SELECT
    source_id, position, head_hashes, tail_hash, block_hashes, ends_mid_line, path, machine,
    format AS log_format, size, complete, header, site
FROM store.source
WHERE source_id NOT IN (
    SELECT ingest.source_id
    FROM store.ingest AS ingest
    JOIN (
        SELECT unnest(ingest_ids) AS ingest_id FROM store.import
        WHERE origin = $origin
    ) AS own ON own.ingest_id = ingest.ingest_id
)
ORDER BY source_id
