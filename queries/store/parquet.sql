-- title: A result as a Parquet file
-- about: The rows, each bound as one value, with the names of their columns.
-- reads: {columns}, {condition}, {path}, {rows}
COPY (SELECT * FROM (VALUES {rows}) AS answer({columns}) WHERE {condition}) TO '{path}' (FORMAT parquet)
