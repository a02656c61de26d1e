-- title: What a run has read
-- about: The run's share of the source grows by the chunk; where the run leaves the source is kept with it.
UPDATE store.ingest
SET to_position = $to_position,
    lines = lines + $lines,
    hits = hits + $hits,
    rejects = rejects + $rejects,
    heads = $heads::BIGINT[],
    anchor = $anchor,
    size = $size,
    half = $half,
    header = $header,
    complete = $complete,
    read_at = $read_at
WHERE ingest_id = $ingest_id
