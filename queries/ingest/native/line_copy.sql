-- title: The chunk's lines as a table
-- about: Lets chunk_line be a table with the same lines, because some of them will change.
-- reads: chunk_line
-- makes: chunk_line, chunk_line_copy
CREATE OR REPLACE TEMP TABLE chunk_line_copy AS FROM chunk_line;

DROP VIEW chunk_line;

ALTER TABLE chunk_line_copy RENAME TO chunk_line
