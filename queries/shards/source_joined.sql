-- title: The log of pieces
-- about: The sources of all pieces of one log as one source: what is known at its end is that of the last piece, and
-- about: counts and block hashes are those of all.
-- reads: {files}
SELECT
    any_value(log) AS log,
    max_by(path, position) AS path,
    max_by(machine, position) AS machine,
    any_value(site) AS site,
    any_value(format) AS format,
    max_by(head_hashes, position) AS head_hashes,
    max_by(tail_hash, position) AS tail_hash,
    flatten(list(block_hashes ORDER BY position)) AS block_hashes,
    max(position) AS position,
    max_by(ends_mid_line, position) AS ends_mid_line,
    max_by(header, position) AS header,
    CAST(sum(lines) AS BIGINT) AS lines,
    CAST(sum(hits) AS BIGINT) AS hits,
    CAST(sum(rejects) AS BIGINT) AS rejects,
    CAST(sum(repeated) AS BIGINT) AS repeated,
    max_by(repeated_at_end, position) AS repeated_at_end,
    max_by(complete, position) AS complete,
    min(first_read) AS first_read,
    max(last_read) AS last_read,
    CAST(sum(forgotten_hits) AS BIGINT) AS forgotten_hits,
    CAST(sum(forgotten_rejects) AS BIGINT) AS forgotten_rejects,
    bool_or(is_mixed) AS is_mixed
FROM read_parquet({files})
