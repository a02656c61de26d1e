-- title: A log as it was before an ingest
-- about: It stands again where the run before had left it.
UPDATE store.source AS source
SET path = earlier.path,
    heads = earlier.heads,
    anchor = earlier.anchor,
    blocks = source.blocks[:earlier.to_position // $block_bytes],
    position = earlier.to_position,
    size = earlier.size,
    half = earlier.half,
    header = earlier.header,
    lines = source.lines - run.lines,
    hits = source.hits - run.hits,
    rejects = source.rejects - run.rejects,
    complete = earlier.complete,
    last_read = earlier.read_at
FROM store.ingest AS run, store.ingest AS earlier
WHERE run.ingest_id = $ingest_id AND earlier.ingest_id = $earlier AND source.source_id = run.source_id
