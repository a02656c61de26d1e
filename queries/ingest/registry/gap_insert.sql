-- title: New gaps
-- about: Inserts one row for each source whose unread rest is lost.
-- reads: $at, $rows
-- makes: store.gap
INSERT INTO store.gap
SELECT row.source_id, row.path, row.position, row.size, $at
FROM (SELECT unnest($rows) AS row)
