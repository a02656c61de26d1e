-- title: Lines of another format as text
-- about: A fragment: the lines of chunk_unfit that fit one other format, in order.
SELECT line
FROM chunk_unfit
WHERE other = $other
ORDER BY index
