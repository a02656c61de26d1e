-- title: The tables of a store
-- about: The name of each table.
SELECT table_name
FROM duckdb_tables()
WHERE database_name = 'store'
ORDER BY table_name
