-- title: an ingest's hits are kept
-- about: Runs whose hits are not as many as the store holds of them.
WITH kept AS (
    SELECT ingest_id, count(*) AS hits FROM store.hit GROUP BY ingest_id
)
SELECT 'ingest ' || coalesce(ingest.ingest_id, kept.ingest_id) AS what, ingest.hits AS stored, kept.hits AS recomputed
FROM store.ingest AS ingest
FULL JOIN kept ON kept.ingest_id = ingest.ingest_id
WHERE coalesce(ingest.hits, -1) <> coalesce(kept.hits, 0)
ORDER BY what
