-- title: Logs of other keys
-- about: The logs that exports have, from their files.
-- reads: {files}
SELECT
    CAST(row_number() OVER (ORDER BY log) AS INTEGER) AS source_id,
    position, head_hashes, tail_hash, block_hashes, ends_mid_line, path, machine,
    format AS log_format, position AS size, complete, header, site
FROM read_parquet({files})
ORDER BY log
