-- title: The ingests of a batch
-- about: Inserts the run over each log of a batch; their ids follow $ingest_id.
-- reads: $ingest_id, $read_at, $rows, $source_id
-- makes: store.ingest
INSERT INTO store.ingest BY NAME
SELECT
    CAST($ingest_id + row.log AS INTEGER) AS ingest_id,
    CAST($source_id + row.log AS INTEGER) AS source_id,
    $read_at AS started_at,
    0 AS from_position,
    row.position AS to_position,
    row.lines AS lines,
    row.hits AS hits,
    row.rejects AS rejects,
    row.path AS path,
    CAST(row.head_hashes AS BIGINT[]) AS head_hashes,
    row.tail_hash AS tail_hash,
    row.size AS size,
    row.ends_mid_line AS ends_mid_line,
    '' AS header,
    true AS complete,
    $read_at AS read_at,
    0 AS repeated,
    0 AS repeated_at_end
FROM (SELECT unnest($rows) AS row)
