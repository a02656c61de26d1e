-- title: The import of a key
-- about: The import of a key, and the first ingest of another run that has read on in one of its logs, or that has left
-- about: out lines because the import has them.
-- reads: store.import, store.ingest, store.repetition, $key
WITH own AS (
    SELECT import_id, unnest(ingest_ids) AS ingest_id FROM store.import
    WHERE key = $key
), log AS (
    SELECT DISTINCT ingest.source_id
    FROM store.ingest AS ingest
    JOIN own ON own.ingest_id = ingest.ingest_id
)
SELECT
    imported.import_id,
    imported.version,
    imported.origin,
    imported.ingest_ids,
    (
        SELECT min(ingest.ingest_id)
        FROM store.ingest AS ingest
        JOIN log ON log.source_id = ingest.source_id
        WHERE ingest.ingest_id NOT IN (SELECT ingest_id FROM own)
    ) AS read_on_by,
    (
        SELECT min(ingest_id) FROM store.repetition
        WHERE read_by IN (SELECT ingest_id FROM own) AND ingest_id NOT IN (SELECT ingest_id FROM own)
    ) AS left_out_by
FROM store.import AS imported
WHERE imported.key = $key
