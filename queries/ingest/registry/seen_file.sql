-- title: Seen files
-- about: Each seen file whose source is still at the stored position or after it.
-- reads: store.seen, store.source
SELECT
    seen.path, seen.device, seen.inode, seen.size, seen.mtime_ns, seen.ctime_ns,
    seen.state, seen.source_id, seen.position, seen.note, source.site, seen.seen_at
FROM store.seen AS seen
LEFT JOIN store.source AS source ON source.source_id = seen.source_id
WHERE seen.source_id IS NULL OR source.position >= seen.position
ORDER BY seen.path
