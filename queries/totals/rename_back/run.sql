-- title: Runs of a former site
-- about: Those of its runs over logs whose lines name their hosts that were not undone since.
-- reads: store.ingest, $ingest_ids, $moved_at
SELECT ingest_id
FROM store.ingest
WHERE ingest_id IN (SELECT unnest(CAST($ingest_ids AS INTEGER[]))) AND started_at <= $moved_at
ORDER BY ingest_id
