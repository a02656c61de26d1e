-- title: Logs that are gone
-- about: One row a source whose rest nobody can read any more.
-- reads: $at, $rows
-- makes: store.gap
INSERT INTO store.gap
SELECT row.source_id, row.path, row.position, row.size, $at
FROM (SELECT unnest($rows) AS row)
