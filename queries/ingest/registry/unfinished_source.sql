-- title: Unfinished sources
-- about: Sources that were not read to their end, except those whose rest is lost, and sources of which most lines
-- about: were rejected.
-- reads: store.gap, store.source
SELECT
    source_id, position, head_hashes, tail_hash, block_hashes, ends_mid_line, path, machine,
    format AS log_format, size, complete, header, site, is_refused
FROM store.source
ANTI JOIN store.gap AS gap USING (source_id, position)
WHERE NOT complete OR is_refused
ORDER BY source_id
