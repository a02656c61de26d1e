-- title: Logs that are not what they were
-- about: The logs that figures are of and of which the store has not the same content, as far as they went.
-- reads: month_source, store.source, $paths
SELECT DISTINCT source.path
FROM month_source AS source
WHERE source.path IN (SELECT unnest(CAST($paths AS VARCHAR[])))
    AND NOT EXISTS (
        SELECT 1 FROM store.source AS own
        WHERE own.position >= source.position
            AND list_has_all(own.head_hashes, source.head_hashes)
            AND own.block_hashes[:len(source.block_hashes)] = source.block_hashes
            AND (own.position > source.position OR own.tail_hash = source.tail_hash)
    )
ORDER BY source.path
