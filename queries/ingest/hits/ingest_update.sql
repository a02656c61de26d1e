-- title: The progress of an ingest
-- about: Adds the chunk's counts to the run, and stores the new state of the source.
-- reads: $complete, $ends_mid_line, $head_hashes, $header, $hits, $ingest_id, $lines, $read_at, $rejects, $repeated,
-- reads: $repeated_at_end, $size, $tail_hash, $to_position
-- makes: store.ingest
UPDATE store.ingest
SET to_position = $to_position,
    lines = lines + $lines,
    hits = hits + $hits,
    rejects = rejects + $rejects,
    repeated = repeated + $repeated,
    repeated_at_end = $repeated_at_end,
    head_hashes = CAST($head_hashes AS BIGINT[]),
    tail_hash = $tail_hash,
    size = $size,
    ends_mid_line = $ends_mid_line,
    header = $header,
    complete = $complete,
    read_at = $read_at
WHERE ingest_id = $ingest_id
