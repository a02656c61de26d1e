-- title: Logs of a batch with lines that were read before
-- about: The logs with a hit that equals one in the store.
-- reads: batch_line, chunk_hit, chunk_stored
SELECT DISTINCT batch_line.log
FROM chunk_hit
SEMI JOIN chunk_stored USING ({fragments/same_hit})
JOIN batch_line ON batch_line.line_row = chunk_hit.line
ORDER BY batch_line.log
