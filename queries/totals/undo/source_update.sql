-- title: The state of a log before an ingest
-- about: Resets a source to its state after the previous run. Whether it is refused is decided again.
-- reads: store.ingest, $block_bytes, $earlier, $ingest_id
-- makes: store.source
UPDATE store.source AS source
SET path = earlier.path,
    head_hashes = earlier.head_hashes,
    tail_hash = earlier.tail_hash,
    block_hashes = source.block_hashes[:earlier.to_position // $block_bytes],
    position = earlier.to_position,
    size = earlier.size,
    ends_mid_line = earlier.ends_mid_line,
    header = earlier.header,
    lines = source.lines - run.lines,
    hits = source.hits - run.hits,
    rejects = source.rejects - run.rejects,
    repeated = source.repeated - run.repeated,
    repeated_at_end = earlier.repeated_at_end,
    complete = earlier.complete,
    last_read = earlier.read_at,
    recent_lines = 0,
    recent_rejects = 0,
    is_refused = false
FROM store.ingest AS run, store.ingest AS earlier
WHERE run.ingest_id = $ingest_id AND earlier.ingest_id = $earlier AND source.source_id = run.source_id
