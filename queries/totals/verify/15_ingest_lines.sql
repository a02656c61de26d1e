-- title: every line of an ingest is a hit or a reject
-- about: Runs whose hits and rejects do not add up to their lines.
-- reads: store.ingest
SELECT 'ingest ' || ingest_id AS what, lines AS stored, hits + rejects AS recomputed
FROM store.ingest
WHERE lines <> hits + rejects
ORDER BY ingest_id
