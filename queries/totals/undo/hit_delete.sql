-- title: Hits of an ingest
-- about: Deletes the hits of an ingest.
-- reads: $ingest_id
-- makes: store.hit
DELETE FROM store.hit
WHERE ingest_id = $ingest_id
