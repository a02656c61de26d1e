-- title: Logs that are gone
-- about: One row a source whose rest nobody can read any more.
INSERT INTO store.gap
SELECT row.source_id, row.path, row.position, row.size, $at
FROM (SELECT unnest($rows) AS row)
