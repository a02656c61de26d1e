-- title: Lines that the native reader has handed back
-- about: Replaces the lines of chunk_line whose reason is $odd by those of chunk_other, in order.
-- reads: chunk_line, chunk_other, $odd, {assignments}
-- makes: chunk_line
UPDATE chunk_line AS line
SET {assignments}
FROM chunk_other AS parsed
JOIN (
    SELECT rowid AS line_row, row_number() OVER (ORDER BY rowid) - 1 AS number
    FROM chunk_line
    WHERE reason = $odd
) AS odd ON odd.number = parsed.rowid
WHERE line.rowid = odd.line_row
