-- title: The chunk's lines as a table
-- about: Lets chunk_line, a view or a table, be a table with the same lines, in order, because some of them will change.
-- reads: chunk_line, {kind}
-- makes: chunk_line, chunk_line_copy
CREATE OR REPLACE TEMP TABLE chunk_line_copy AS
FROM chunk_line
ORDER BY line_row;

DROP {kind} chunk_line;

ALTER TABLE chunk_line_copy RENAME TO chunk_line
