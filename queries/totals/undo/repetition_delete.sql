-- title: Lines that an ingest has left out
-- about: Deletes the rows on lines that other runs have stored.
-- reads: $ingest_id
-- makes: store.repetition
DELETE FROM store.repetition
WHERE ingest_id = $ingest_id
