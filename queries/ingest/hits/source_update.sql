-- title: The position of a source
-- about: Advances the source to the end of the chunk; returns a row, unless another run has moved it meanwhile.
-- reads: $block_hashes, $complete, $ends_mid_line, $from_position, $head_hashes, $header, $hits, $lines, $machine,
-- reads: $path, $read_at, $rejects, $repeated, $repeated_at_end, $size, $source_id, $tail_hash, $to_position
-- makes: store.source
UPDATE store.source
SET path = $path,
    machine = CASE WHEN $machine = '' THEN machine ELSE $machine END,
    tail_hash = $tail_hash,
    head_hashes = CAST($head_hashes AS BIGINT[]),
    block_hashes = list_concat(block_hashes, CAST($block_hashes AS BIGINT[])),
    position = $to_position,
    size = $size,
    ends_mid_line = $ends_mid_line,
    header = $header,
    lines = lines + $lines,
    hits = hits + $hits,
    rejects = rejects + $rejects,
    repeated = repeated + $repeated,
    repeated_at_end = $repeated_at_end,
    complete = $complete,
    last_read = $read_at
WHERE source_id = $source_id AND position = $from_position
RETURNING source_id
