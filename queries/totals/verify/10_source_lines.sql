-- title: every line of a log is a hit or a reject
-- about: Sources whose hits and rejects do not add up to their lines.
-- reads: store.source
SELECT path AS what, lines AS stored, hits + rejects AS recomputed
FROM store.source
WHERE lines <> hits + rejects
ORDER BY source_id
