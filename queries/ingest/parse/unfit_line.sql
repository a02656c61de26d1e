-- title: Lines that do not fit their log's format
-- about: chunk_unfit: each with its row in chunk_line, and the number of the first other format that it fits.
CREATE OR REPLACE TEMP TABLE chunk_unfit AS
SELECT rowid AS index, line, CASE {cases} END AS other
FROM chunk_line
WHERE reason = 'does not fit the format'
