-- title: The columns of a chunk's lines
-- about: The names of the columns of chunk_other, which are those of chunk_line.
SELECT column_name
FROM (DESCRIBE chunk_other)
