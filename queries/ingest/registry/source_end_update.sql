-- title: What is left of sources
-- about: How long sources were when they were last looked at, and whether all of that was read, where no chunk
-- about: tells it.
-- reads: $rows
-- makes: store.source
UPDATE store.source AS source
SET size = found.row.size, complete = found.row.complete
FROM (SELECT unnest($rows) AS row) AS found
WHERE source.source_id = found.row.source_id
