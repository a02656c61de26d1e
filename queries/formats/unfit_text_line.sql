-- title: Lines of another format
-- about: A query of the lines of chunk_unfit that match one other format, in order.
-- reads: chunk_unfit, $other
SELECT line
FROM chunk_unfit
WHERE other = $other
ORDER BY line_row
