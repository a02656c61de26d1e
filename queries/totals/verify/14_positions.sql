-- title: positions never go back
-- about: Runs that did not start at the end of the run before, or that end before their start.
-- reads: store.ingest
WITH run AS (
    SELECT
        ingest_id,
        from_position,
        to_position,
        lag(to_position, 1, 0) OVER (PARTITION BY source_id ORDER BY ingest_id) AS left_at
    FROM store.ingest
)
SELECT
    'ingest ' || ingest_id AS what,
    'from byte ' || from_position || ' to ' || to_position AS stored,
    'from byte ' || left_at AS recomputed
FROM run
WHERE from_position <> left_at OR to_position < from_position
ORDER BY ingest_id
