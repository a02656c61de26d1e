-- title: Columns of lines in another format
-- about: The names of the columns of chunk_other, which are those of chunk_line, from the catalog; not those of the line
-- about: itself.
SELECT column_name
FROM duckdb_columns()
WHERE table_name = 'chunk_other' AND column_name NOT IN ('line', 'line_row')
ORDER BY column_index
