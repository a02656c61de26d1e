-- title: The lines of a batch that are left out
-- about: For each log and reason of a reject, except header lines: the number of lines, and the number and the first
-- about: $length characters of the last one.
-- reads: batch_line, chunk_line, $length
SELECT
    batch_line.log,
    chunk_line.reason,
    count(*) AS lines,
    max(batch_line.line_number) AS line_number,
    left(max_by(chunk_line.line, batch_line.line_number), $length) AS line
FROM batch_line
JOIN chunk_line ON chunk_line.line_row = batch_line.line_row
WHERE chunk_line.reason IS NOT NULL AND chunk_line.reason <> {fragments/header_line}
GROUP BY batch_line.log, chunk_line.reason
ORDER BY batch_line.log, lines DESC, chunk_line.reason
