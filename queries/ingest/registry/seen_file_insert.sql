-- title: New seen files
-- about: Inserts one row for each file that is skipped while its stat stays the same.
-- reads: $at, $rows
-- makes: store.seen
INSERT INTO store.seen
SELECT
    row.path, row.device, row.inode, row.size, row.mtime_ns, row.ctime_ns,
    row.state, row.source_id, row.position, row.note, $at
FROM (SELECT unnest($rows) AS row)
