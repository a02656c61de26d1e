-- title: Hits of the ingests of a batch
-- about: The number of stored hits of each ingest, from the first row of the batch on.
-- reads: store.hit, {first_row}
SELECT ingest_id, count(*) AS hits
FROM store.hit
WHERE rowid >= {first_row}
GROUP BY ingest_id
