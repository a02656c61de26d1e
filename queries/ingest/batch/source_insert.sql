-- title: The sources of a batch
-- about: Inserts the logs of a batch, each read to its end; their ids follow $source_id. Columns of later schema files
-- about: have their defaults. The last lines of a log are counted as in ingest/hits/source_update.
-- reads: $enough, $format, $machine, $read_at, $rows, $site, $source_id
-- makes: store.source
INSERT INTO store.source BY NAME
SELECT
    CAST($source_id + row.log AS INTEGER) AS source_id,
    row.path AS path,
    $machine AS machine,
    $site AS site,
    $format AS format,
    CAST(row.head_hashes AS BIGINT[]) AS head_hashes,
    row.tail_hash AS tail_hash,
    CAST(row.block_hashes AS BIGINT[]) AS block_hashes,
    row.position AS position,
    row.size AS size,
    row.ends_mid_line AS ends_mid_line,
    '' AS header,
    row.lines AS lines,
    row.hits AS hits,
    row.rejects AS rejects,
    true AS complete,
    $read_at AS first_read,
    $read_at AS last_read,
    CASE WHEN row.hits + row.faults < $enough THEN row.hits + row.faults ELSE 0 END AS recent_lines,
    CASE WHEN row.hits + row.faults < $enough THEN row.faults ELSE 0 END AS recent_rejects
FROM (SELECT unnest($rows) AS row)
