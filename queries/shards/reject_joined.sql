-- title: Rejects of a piece
-- about: The rejects of a piece by the numbers that their lines have in the whole log.
-- reads: {file}, {lines_before}
SELECT log, line_number + {lines_before} AS line_number, reason, line
FROM read_parquet({file})
ORDER BY line_number
