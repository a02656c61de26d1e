-- title: Rejects of old runs
-- about: Deletes rejects of runs that started before $rejects_from.
-- reads: store.ingest, $rejects_from
-- makes: store.reject
DELETE FROM store.reject
WHERE ingest_id IN (SELECT ingest_id FROM store.ingest WHERE started_at < $rejects_from)
