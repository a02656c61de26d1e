-- title: An ingest's rejects
-- about: The lines that it refused go.
-- reads: $ingest_id
-- makes: store.reject
DELETE FROM store.reject
WHERE ingest_id = $ingest_id
