-- title: The sources that were not read to their end
-- about: But for those of which it is known that the rest is gone.
SELECT
    source_id, position, heads, anchor, blocks, half, path, host, format AS log_format, size, complete, header
FROM store.source AS source
WHERE NOT complete
    AND NOT EXISTS (
        FROM store.gap AS gap WHERE gap.source_id = source.source_id AND gap.position = source.position
    )
ORDER BY source_id
