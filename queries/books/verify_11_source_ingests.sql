-- title: a log was read by its ingests
-- about: Sources whose lines and position are not the sum of the runs over them.
SELECT
    source.path AS what,
    source.lines || ' lines to byte ' || source.position AS stored,
    coalesce(sum(ingest.lines), 0) || ' lines to byte ' || coalesce(max(ingest.to_position), 0) AS recomputed
FROM store.source AS source
LEFT JOIN store.ingest AS ingest ON ingest.source_id = source.source_id
GROUP BY source.source_id, source.path, source.lines, source.position
HAVING source.lines <> coalesce(sum(ingest.lines), 0)
    OR source.position <> coalesce(max(ingest.to_position), 0)
ORDER BY source.source_id
