-- title: The newest migration
-- about: The version of the schema that a store has, and the name of its file; no row in a store without one.
-- reads: store.migration
SELECT version, name
FROM store.migration
ORDER BY version DESC
LIMIT 1
