-- title: How many lines of a source were read
-- about: The number of the line before the chunk's first one.
SELECT lines FROM store.source WHERE source_id = $source_id
