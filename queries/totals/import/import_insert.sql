-- title: An import
-- about: Inserts the import of a key.
-- reads: import_known, import_log, $at, $import_id, $key, $origin, $version
-- makes: store.import
INSERT INTO store.import
SELECT
    $import_id,
    $key,
    $version,
    $origin,
    coalesce((SELECT list(ingest_id ORDER BY ingest_id) FROM import_log), []),
    coalesce((SELECT list(DISTINCT ingest_id) FROM import_known), []),
    $at
