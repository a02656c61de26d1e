-- title: The chunk's lines, read natively
-- about: Lets chunk_row be chunk_line.
-- reads: chunk_row
-- makes: chunk_line
DROP TABLE IF EXISTS chunk_line;

ALTER TABLE chunk_row RENAME TO chunk_line
