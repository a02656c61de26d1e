-- title: The sources that were not read to their end
-- about: But for those of which it is known that the rest is gone.
SELECT
    source_id, position, head_hashes, tail_hash, block_hashes, ends_mid_line, path, host AS machine, format AS log_format, size, complete, header
FROM store.source
ANTI JOIN store.gap AS gap USING (source_id, position)
WHERE NOT complete
ORDER BY source_id
