-- title: The next ids
-- about: The ids that the next source and the next ingest of the store get.
-- reads: store.ingest, store.source
SELECT
    (SELECT coalesce(max(source_id), 0) + 1 FROM store.source) AS source_id,
    (SELECT coalesce(max(ingest_id), 0) + 1 FROM store.ingest) AS ingest_id
