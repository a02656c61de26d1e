-- title: An ingest's rejects
-- about: The lines that it refused go.
DELETE FROM store.reject
WHERE ingest_id = $ingest_id
