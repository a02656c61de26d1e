-- title: Sizes of sources
-- about: Updates the size of sources without a new chunk, and whether they were read to their end.
-- reads: $rows
-- makes: store.source
UPDATE store.source AS source
SET size = found.row.size, complete = found.row.complete
FROM (SELECT unnest($rows) AS row) AS found
WHERE source.source_id = found.row.source_id
