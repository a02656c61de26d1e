-- title: Where a source stands
-- about: The source's position moves on, if it still is where this run started from; gives a row if so.
UPDATE store.source
SET path = $path,
    anchor = $anchor,
    heads = $heads,
    position = $to_position,
    lines = lines + $lines,
    hits = hits + $hits,
    rejects = rejects + $rejects,
    complete = $complete,
    last_read = $read_at
WHERE source_id = $source_id AND position = $from_position
RETURNING source_id
