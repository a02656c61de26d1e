-- title: A chunk's rejects
-- about: chunk_reject: the refused lines with their number in the chunk, from 1.
CREATE OR REPLACE TEMP TABLE chunk_reject AS
SELECT rowid + 1 AS line_no, reason, line
FROM chunk_line
WHERE reason IS NOT NULL
