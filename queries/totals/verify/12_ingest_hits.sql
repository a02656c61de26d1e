-- title: an ingest's hits are kept or pruned
-- about: Runs whose number of hits differs from their kept and pruned hits.
-- reads: store.hit, store.ingest, store.pruned_ingest
WITH known AS (
    SELECT ingest_id, count(*) AS hits FROM store.hit GROUP BY ingest_id
    UNION ALL
    SELECT ingest_id, hits FROM store.pruned_ingest
), total AS (
    SELECT ingest_id, sum(hits) AS hits FROM known GROUP BY ingest_id
)
SELECT 'ingest ' || coalesce(ingest.ingest_id, total.ingest_id) AS what, ingest.hits AS stored, total.hits AS recomputed
FROM store.ingest AS ingest
FULL JOIN total ON total.ingest_id = ingest.ingest_id
WHERE coalesce(ingest.hits, -1) <> coalesce(total.hits, 0)
ORDER BY what
