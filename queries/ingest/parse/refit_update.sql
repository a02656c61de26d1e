-- title: Lines that fit another format
-- about: Their rows in chunk_line get the values that they have in chunk_other, as `column = read.column`.
UPDATE chunk_line AS line
SET {assignments}
FROM chunk_other AS read
JOIN (
    SELECT index, row_number() OVER (ORDER BY index) - 1 AS number
    FROM chunk_unfit
    WHERE other = $other
) AS unfit ON unfit.number = read.rowid
WHERE line.rowid = unfit.index
