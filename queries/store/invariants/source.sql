-- title: Where a log stands
-- about: Its lines, what they were, and the byte it was read to, as they are about to be saved.
-- reads: store.source, $source_id
SELECT lines, hits, rejects, position
FROM store.source
WHERE source_id = $source_id
