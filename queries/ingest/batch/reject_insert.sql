-- title: The rejects of a batch
-- about: Inserts each rejected line with its log, its number there, its reason and its first $length characters.
-- reads: batch_line, chunk_line, $ingest_id, $length, $source_id, {kept_line}
-- makes: store.reject
INSERT INTO store.reject
SELECT
    CAST($ingest_id + batch_line.log AS INTEGER),
    CAST($source_id + batch_line.log AS INTEGER),
    batch_line.line_number,
    reason,
    left({kept_line}, $length)
FROM chunk_line
JOIN batch_line ON batch_line.line_row = chunk_line.line_row
WHERE reason IS NOT NULL
