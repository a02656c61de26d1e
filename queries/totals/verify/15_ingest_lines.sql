-- title: every line of an ingest is a hit, a reject or was read before
-- about: Runs whose hits, rejects and repeated lines do not add up to their lines.
-- reads: store.ingest
SELECT 'ingest ' || ingest_id AS what, lines AS stored, hits + rejects + repeated AS recomputed
FROM store.ingest
WHERE lines <> hits + rejects + repeated
ORDER BY ingest_id
