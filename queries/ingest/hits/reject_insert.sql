-- title: The rejects of a chunk
-- about: Inserts each rejected line with its number, its reason and its first $kept characters.
-- reads: chunk_line, $ingest_id, $kept, $lines_before, $source_id, {kept_line}
-- makes: store.reject
INSERT INTO store.reject
SELECT $ingest_id, $source_id, $lines_before + rowid + 1, reason, left({kept_line}, $kept)
FROM chunk_line
WHERE reason IS NOT NULL
