-- title: An ingest that is taken back
-- about: The run itself goes.
-- reads: $ingest_id
-- makes: store.ingest
DELETE FROM store.ingest
WHERE ingest_id = $ingest_id
