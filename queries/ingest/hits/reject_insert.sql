-- title: The rejects of a chunk
-- about: Inserts each rejected line with its number, its reason and its first $length characters.
-- reads: chunk_line, $ingest_id, $length, $lines_before, $source_id, {kept_line}
-- makes: store.reject
INSERT INTO store.reject
SELECT $ingest_id, $source_id, $lines_before + line_row + 1, reason, left({kept_line}, $length)
FROM chunk_line
WHERE reason IS NOT NULL
