-- title: The sources that a run may meet
-- about: Sources that begin like one of the run's logs, by hashes of the logs' beginnings; and those of which
-- about: half a line is all that was read.
WITH head AS (
    SELECT DISTINCT unnest($heads::BIGINT[]) AS head
),
beginning AS (
    SELECT source_id, unnest(heads) AS head FROM store.source
),
alike AS (
    SELECT DISTINCT beginning.source_id FROM beginning SEMI JOIN head ON head.head = beginning.head
)
SELECT
    source_id, position, heads, anchor, blocks, half, path, host, format AS log_format, size, complete, header
FROM store.source
WHERE source_id IN (SELECT source_id FROM alike) OR (half AND len(heads) = 1)
ORDER BY source_id
