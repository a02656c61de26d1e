-- title: Where a piece of a log starts
-- about: Sets the position of the log of which a worker reads a piece, and what identifies the log there.
-- reads: $head_hashes, $position, $tail_hash
-- makes: store.source
UPDATE store.source
SET position = $position,
    size = $position,
    head_hashes = CAST($head_hashes AS BIGINT[]),
    tail_hash = $tail_hash
