-- title: A log without an ingest
-- about: Deletes a source that no other ingest has read.
-- reads: store.ingest, $earlier, $ingest_id
-- makes: store.source
DELETE FROM store.source
WHERE source_id = (SELECT source_id FROM store.ingest WHERE ingest_id = $ingest_id)
    AND CAST($earlier AS INTEGER) IS NULL
