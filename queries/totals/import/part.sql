-- title: A part of an export
-- about: The rows of the Parquet files of a part, under the name of the part.
-- reads: {files}, {part}
-- makes: {part}
CREATE OR REPLACE TEMP VIEW {part} AS
SELECT * FROM read_parquet({files})
