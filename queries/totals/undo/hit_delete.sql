-- title: An ingest's hits
-- about: The lines that it understood go.
DELETE FROM store.hit
WHERE ingest_id = $ingest_id
