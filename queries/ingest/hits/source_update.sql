-- title: Where a source stands
-- about: The source's position moves on, if it still is where this run started from; gives a row if so.
UPDATE store.source
SET path = $path,
    host = if($host = '', host, $host),
    anchor = $anchor,
    heads = $heads::BIGINT[],
    blocks = list_concat(blocks, $blocks::BIGINT[]),
    position = $to_position,
    size = $size,
    half = $half,
    header = $header,
    lines = lines + $lines,
    hits = hits + $hits,
    rejects = rejects + $rejects,
    complete = $complete,
    last_read = $read_at
WHERE source_id = $source_id AND position = $from_position
RETURNING source_id
