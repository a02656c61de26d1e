-- title: an ingest's rejects are kept
-- about: Runs whose rejects are not as many as the store holds of them.
WITH kept AS (
    SELECT ingest_id, count(*) AS rejects FROM store.reject GROUP BY ingest_id
)
SELECT 'ingest ' || coalesce(ingest.ingest_id, kept.ingest_id) AS what, ingest.rejects AS stored, kept.rejects AS recomputed
FROM store.ingest AS ingest
FULL JOIN kept ON kept.ingest_id = ingest.ingest_id
WHERE coalesce(ingest.rejects, -1) <> coalesce(kept.rejects, 0)
ORDER BY what
