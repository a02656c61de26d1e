-- title: The position of a source
-- about: Advances the source to the end of the chunk; returns whether it is refused, or no row where another run has
-- about: moved it meanwhile. A source is refused when at least half of its last $enough lines or more are rejects, until
-- about: less than a quarter of them are: a log that is half of another program's lines would change with each run.
-- reads: $block_hashes, $complete, $ends_mid_line, $enough, $faults, $from_position, $head_hashes, $header, $hits,
-- reads: $lines, $machine, $path, $read_at, $records, $rejects, $repeated, $repeated_at_end, $size, $source_id,
-- reads: $tail_hash, $to_position
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
    recent_lines = CASE WHEN recent_lines + $records < $enough THEN recent_lines + $records ELSE 0 END,
    recent_rejects = CASE WHEN recent_lines + $records < $enough THEN recent_rejects + $faults ELSE 0 END,
    is_refused = CASE
        WHEN recent_lines + $records < $enough THEN is_refused
        WHEN 2 * (recent_rejects + $faults) >= recent_lines + $records THEN true
        WHEN 4 * (recent_rejects + $faults) < recent_lines + $records THEN false
        ELSE is_refused
    END,
    last_read = $read_at
WHERE source_id = $source_id AND position = $from_position
RETURNING is_refused
