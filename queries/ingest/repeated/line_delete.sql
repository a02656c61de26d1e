-- title: Lines that were read before
-- about: Deletes the repeated lines from the chunk, and returns by log how many of them were read in it.
-- reads: chunk_repeated, store.ingest, store.source
-- makes: chunk_line
DELETE FROM chunk_line
WHERE line_row IN (SELECT line FROM chunk_repeated);

SELECT source.path, count(*) AS lines
FROM chunk_repeated AS repeated
JOIN store.ingest AS ingest ON ingest.ingest_id = repeated.ingest_id
JOIN store.source AS source ON source.source_id = ingest.source_id
GROUP BY source.path
ORDER BY lines DESC, source.path
