-- title: What a run has read
-- about: The run's share of the source grows by the chunk; where the run leaves the source is kept with it.
-- reads: $complete, $ends_mid_line, $head_hashes, $header, $hits, $ingest_id, $lines, $read_at, $rejects, $size,
-- reads: $tail_hash, $to_position
-- makes: store.ingest
UPDATE store.ingest
SET to_position = $to_position,
    lines = lines + $lines,
    hits = hits + $hits,
    rejects = rejects + $rejects,
    head_hashes = CAST($head_hashes AS BIGINT[]),
    tail_hash = $tail_hash,
    size = $size,
    ends_mid_line = $ends_mid_line,
    header = $header,
    complete = $complete,
    read_at = $read_at
WHERE ingest_id = $ingest_id
