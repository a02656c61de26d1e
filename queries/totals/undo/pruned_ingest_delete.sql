-- title: What pruning remembers of an ingest that is taken back
-- about: Its rejects may be pruned; nothing else was.
-- reads: $ingest_id
-- makes: store.pruned_ingest
DELETE FROM store.pruned_ingest
WHERE ingest_id = $ingest_id
