-- title: What a run has read
-- about: The run's share of the source grows by the chunk.
UPDATE store.ingest
SET to_position = $to_position,
    lines = lines + $lines,
    hits = hits + $hits,
    rejects = rejects + $rejects
WHERE ingest_id = $ingest_id
