-- title: Columns of lines in another format
-- about: The names of the columns of chunk_other, which are those of chunk_line, from the catalog.
SELECT column_name
FROM duckdb_columns()
WHERE table_name = 'chunk_other'
ORDER BY column_index
