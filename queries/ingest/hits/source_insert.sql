-- title: A new source
-- about: Inserts a log that was not read before, with nothing read yet, and returns its id. Columns of later schema
-- about: files have their defaults.
-- reads: store.source, $format, $machine, $path, $read_at, $site
-- makes: store.source
INSERT INTO store.source BY NAME
SELECT
    coalesce(max(source_id), 0) + 1 AS source_id,
    $path AS path,
    $machine AS machine,
    $site AS site,
    $format AS format,
    [] AS head_hashes,
    0 AS tail_hash,
    [] AS block_hashes,
    0 AS position,
    0 AS size,
    false AS ends_mid_line,
    '' AS header,
    0 AS lines,
    0 AS hits,
    0 AS rejects,
    false AS complete,
    $read_at AS first_read,
    $read_at AS last_read
FROM store.source
RETURNING source_id
