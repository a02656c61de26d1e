-- title: An ingest that is taken back
-- about: The run itself goes.
DELETE FROM store.ingest
WHERE ingest_id = $ingest_id
