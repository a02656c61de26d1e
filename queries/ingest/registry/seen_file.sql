-- title: The files that were settled
-- about: What became of each file, if the source that it belongs to still stands where it stood or beyond.
-- reads: store.seen, store.source
SELECT
    seen.path, seen.device, seen.inode, seen.size, seen.mtime_ns, seen.ctime_ns,
    seen.state, seen.source_id, seen.position, seen.note
FROM store.seen AS seen
LEFT JOIN store.source AS source ON source.source_id = seen.source_id
WHERE seen.source_id IS NULL OR source.position >= seen.position
ORDER BY seen.path
