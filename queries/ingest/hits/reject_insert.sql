-- title: The rejects
-- about: Each refused line goes into the store with its number, its reason and its first $length characters.
INSERT INTO store.reject
SELECT $ingest_id, $source_id, $lines_before + rowid + 1, reason, left({kept_line}, $length)
FROM chunk_line
WHERE reason IS NOT NULL
