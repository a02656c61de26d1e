-- title: Whether a copied table has all its rows
-- about: The rows of a table in the store and in its copy.
-- reads: fresh.{table}, store.{table}, {table}
SELECT
    (SELECT count(*) FROM store.{table}) AS kept,
    (SELECT count(*) FROM fresh.{table}) AS copied
