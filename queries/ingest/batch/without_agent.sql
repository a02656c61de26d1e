-- title: Logs of a batch with lines without an agent
-- about: The logs with a hit of the unknown agent.
-- reads: batch_line, chunk_line
SELECT DISTINCT batch_line.log
FROM batch_line
JOIN chunk_line ON chunk_line.line_row = batch_line.line_row
WHERE chunk_line.reason IS NULL AND chunk_line.agent = {fragments/unknown_agent}
ORDER BY batch_line.log
