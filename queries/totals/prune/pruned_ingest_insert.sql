-- title: Pruned hits and rejects of each ingest
-- about: Keeps the number of pruned hits of each ingest and, of runs that started before $rejects_from, the number of
-- about: rejects.
-- reads: chunk_counted, store.ingest, store.reject, $rejects_from
-- makes: store.pruned_ingest
INSERT INTO store.pruned_ingest
WITH gone AS (
    SELECT ingest_id, 1 AS hits, 0 AS rejects FROM chunk_counted
    UNION ALL
    SELECT reject.ingest_id, 0, 1
    FROM store.reject AS reject
    JOIN store.ingest AS ingest ON ingest.ingest_id = reject.ingest_id
    WHERE ingest.started_at < $rejects_from
)
SELECT ingest_id, sum(hits), sum(rejects)
FROM gone
GROUP BY ingest_id
ORDER BY ingest_id
