-- title: Lines that match another format
-- about: Replaces the lines of chunk_line that match another format by the lines of chunk_other. A line that is still
-- about: no hit keeps its text as it was logged.
-- reads: chunk_other, chunk_unfit, $other, {assignments}
-- makes: chunk_line
UPDATE chunk_line AS line
SET {assignments}, line = CASE WHEN parsed.reason IS NOT NULL THEN line.line END
FROM chunk_other AS parsed
JOIN (
    SELECT line_row, row_number() OVER (ORDER BY line_row) - 1 AS number
    FROM chunk_unfit
    WHERE other = $other
) AS unfit ON unfit.number = parsed.line_row
WHERE line.line_row = unfit.line_row
