-- title: An undone ingest
-- about: Deletes the run itself.
-- reads: $ingest_id
-- makes: store.ingest
DELETE FROM store.ingest
WHERE ingest_id = $ingest_id
