-- title: A result as a Parquet file
-- about: The rows, bound one value a place, under their columns' names.
-- reads: {columns}, {condition}, {path}, {rows}
COPY (SELECT * FROM (VALUES {rows}) AS answer({columns}) WHERE {condition}) TO '{path}' (FORMAT parquet)
