-- title: Lines that do not match the format
-- about: chunk_unfit: each of these lines with its row in chunk_line, and the number of the first other format that it
-- about: matches.
-- reads: chunk_line, {cases}
-- makes: chunk_unfit
CREATE OR REPLACE TEMP TABLE chunk_unfit AS
SELECT rowid AS line_row, line, CASE {cases} END AS other
FROM chunk_line
WHERE starts_with(reason, 'does not fit the format')
