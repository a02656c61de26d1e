-- title: an ingest's rejects are kept or pruned
-- about: Runs whose number of rejects differs from their kept and pruned rejects.
-- reads: store.ingest, store.pruned_ingest, store.reject
WITH known AS (
    SELECT ingest_id, count(*) AS rejects FROM store.reject GROUP BY ingest_id
    UNION ALL
    SELECT ingest_id, rejects FROM store.pruned_ingest
), total AS (
    SELECT ingest_id, sum(rejects) AS rejects FROM known GROUP BY ingest_id
)
SELECT 'ingest ' || coalesce(ingest.ingest_id, total.ingest_id) AS what, ingest.rejects AS stored, total.rejects AS recomputed
FROM store.ingest AS ingest
FULL JOIN total ON total.ingest_id = ingest.ingest_id
WHERE coalesce(ingest.rejects, -1) <> coalesce(total.rejects, 0)
ORDER BY what
