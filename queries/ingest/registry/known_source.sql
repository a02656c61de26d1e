-- title: The sources that a run may meet
-- about: Sources that begin like one of the run's logs, by hashes of the logs' beginnings; and those of which
-- about: half a line is all that was read.
WITH beginning AS (
    SELECT source_id, unnest(head_hashes) AS head FROM store.source
), alike AS (
    SELECT source_id FROM beginning WHERE head IN (SELECT unnest($head_hashes::BIGINT[]))
)
SELECT
    source_id, position, head_hashes, tail_hash, block_hashes, ends_mid_line, path, host AS machine, format AS log_format, size, complete, header
FROM store.source
WHERE source_id IN (FROM alike) OR (ends_mid_line AND len(head_hashes) = 1)
ORDER BY source_id
