-- title: Sources that a log may continue
-- about: Sources that have one of these head hashes, and sources of which only an incomplete first line was read.
-- reads: store.source, $head_hashes
WITH beginning AS (
    SELECT source_id, unnest(head_hashes) AS head FROM store.source
), alike AS (
    SELECT source_id FROM beginning WHERE head IN (SELECT unnest(CAST($head_hashes AS BIGINT[])))
)
SELECT
    source_id, position, head_hashes, tail_hash, block_hashes, ends_mid_line, path, machine,
    format AS log_format, size, complete, header, site, is_refused
FROM store.source
WHERE source_id IN (FROM alike) OR (ends_mid_line AND len(head_hashes) = 1)
ORDER BY source_id
