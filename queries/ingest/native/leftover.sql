-- title: What is left of a chunk
-- about: The temporary tables and views of a session's chunk, with the word that drops them.
-- reads: information_schema.tables
SELECT table_name AS name, CASE WHEN table_type = 'VIEW' THEN 'VIEW' ELSE 'TABLE' END AS kind
FROM information_schema.tables
WHERE starts_with(table_name, 'chunk_')
