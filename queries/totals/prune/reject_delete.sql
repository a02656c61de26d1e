-- title: Rejects of old runs
-- about: Lines that were refused by a run that began before $rejects_from are forgotten.
-- reads: store.ingest, $rejects_from
-- makes: store.reject
DELETE FROM store.reject
WHERE ingest_id IN (SELECT ingest_id FROM store.ingest WHERE started_at < $rejects_from)
