-- title: The sources that a run may meet
-- about: Sources that begin like one of the run's logs, by hashes of the logs' beginnings; and those of which
-- about: half a line is all that was read.
WITH beginning AS (
    SELECT source_id, unnest(heads) AS head FROM store.source
), alike AS (
    SELECT source_id FROM beginning WHERE head IN (SELECT unnest($heads::BIGINT[]))
)
SELECT
    source_id, position, heads, anchor, blocks, half, path, host, format AS log_format, size, complete, header
FROM store.source
WHERE source_id IN (FROM alike) OR (half AND len(heads) = 1)
ORDER BY source_id
