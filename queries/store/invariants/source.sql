-- title: The state of a source
-- about: Its lines, hits, rejects, repeated lines and position, before the commit.
-- reads: store.source, $source_id
SELECT lines, hits, rejects, repeated, position
FROM store.source
WHERE source_id = $source_id
