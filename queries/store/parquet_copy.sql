-- title: A statement's rows as a Parquet file
-- about: Writes the rows of a statement, in the order that it gives; returns their number.
-- reads: {path}, {statement}
COPY ({statement}) TO {path} (FORMAT parquet, COMPRESSION zstd)
