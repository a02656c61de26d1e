-- title: The newest migration
-- about: The version of the schema that a store has, and the name of its file; no row in a store without one.
-- reads: store.migration
SELECT max(version) AS version, arg_max(name, version) AS name
FROM store.migration
HAVING count(*) > 0
