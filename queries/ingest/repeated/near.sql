-- title: Runs with hits of the same time
-- about: chunk_near: the other runs that have stored hits in the span of chunk_hit, of logs that may share lines with
-- about: this one: logs of two machines that are named never do.
-- reads: store.hit, store.ingest, store.source, $ingest_id, $machine, $since, $until
-- makes: chunk_near
CREATE OR REPLACE TEMP TABLE chunk_near AS
WITH near AS (
    SELECT ingest_id, count(*) AS hits
    FROM store.hit
    WHERE logged_at BETWEEN $since AND $until AND ingest_id <> $ingest_id
    GROUP BY ingest_id
)
SELECT near.ingest_id, ingest.source_id, near.hits
FROM store.ingest AS ingest
JOIN near ON near.ingest_id = ingest.ingest_id
JOIN store.source AS source ON source.source_id = ingest.source_id
WHERE source.machine IN ('', $machine) OR $machine = ''
