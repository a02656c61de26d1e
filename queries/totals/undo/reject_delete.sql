-- title: Rejects of an ingest
-- about: Deletes the rejects of an ingest.
-- reads: $ingest_id
-- makes: store.reject
DELETE FROM store.reject
WHERE ingest_id = $ingest_id
