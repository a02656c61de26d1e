-- title: The chunk's lines
-- about: Drops the table after the commit; the next chunk uses its memory.
-- makes: chunk_line
DROP TABLE chunk_line
