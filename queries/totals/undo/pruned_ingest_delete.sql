-- title: Pruned rejects of an ingest
-- about: Deletes the counts of an ingest's pruned rejects. An ingest with pruned hits can't be undone.
-- reads: $ingest_id
-- makes: store.pruned_ingest
DELETE FROM store.pruned_ingest
WHERE ingest_id = $ingest_id
