-- title: every line of a log is a hit, a reject or was read before
-- about: Sources whose hits, rejects and repeated lines do not add up to their lines.
-- reads: store.source
SELECT path AS what, lines AS stored, hits + rejects + repeated AS recomputed
FROM store.source
WHERE lines <> hits + rejects + repeated
ORDER BY source_id
