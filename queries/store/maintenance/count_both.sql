-- title: Rows of a table and its copy
-- about: The number of rows of a table in the store and in its copy.
-- reads: fresh.{table}, store.{table}, {table}
SELECT
    (SELECT count(*) FROM store.{table}) AS kept,
    (SELECT count(*) FROM fresh.{table}) AS copied
