-- title: An ingest's hits
-- about: The lines that it understood go.
-- reads: $ingest_id
-- makes: store.hit
DELETE FROM store.hit
WHERE ingest_id = $ingest_id
