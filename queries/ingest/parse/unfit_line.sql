-- title: Lines that do not match the format
-- about: chunk_unfit: each of these lines, and those with a text in the place of their client that is none, with its row
-- about: in chunk_line, and the number of the first other format that it matches: as it was logged, or else without its
-- about: prefix.
-- reads: chunk_line, {bare_cases}, {bare_line}, {cases}
-- makes: chunk_unfit
CREATE OR REPLACE TEMP TABLE chunk_unfit AS
WITH as_logged AS (
    SELECT line_row, line, CASE {cases} END AS other
    FROM chunk_line
    WHERE starts_with(reason, 'does not fit the format') OR reason IN ('no such client', 'no such IP')
), bare_line AS (
    {bare_line}
), without_prefix AS (
    SELECT line_row, line, CASE WHEN line = logged THEN NULL {bare_cases} END AS other
    FROM bare_line
)
SELECT
    line_row,
    CASE WHEN as_logged.other IS NULL THEN without_prefix.line ELSE as_logged.line END AS line,
    coalesce(as_logged.other, without_prefix.other) AS other
FROM as_logged
LEFT JOIN without_prefix USING (line_row)
