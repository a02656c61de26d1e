-- title: The lines of a chunk that are left out
-- about: For each reason of a reject, except header lines: the number of lines, and the row and the first $length
-- about: characters of the last one.
-- reads: chunk_line, $length
SELECT reason, count(*) AS lines, max(line_row) AS line_row, left(max_by(line, line_row), $length) AS line
FROM chunk_line
WHERE reason IS NOT NULL AND reason <> {fragments/header_line}
GROUP BY reason
ORDER BY lines DESC, reason
