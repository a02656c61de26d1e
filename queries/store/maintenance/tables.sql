-- title: The store's tables
-- about: The name of each.
SELECT table_name
FROM duckdb_tables()
WHERE database_name = 'store'
ORDER BY table_name
