-- title: each log's position matches its ingests
-- about: Sources whose counts are not the sums of their runs, or whose position is not the end of the last run.
-- reads: store.ingest, store.source
WITH run AS (
    SELECT
        source_id,
        sum(lines) AS lines,
        sum(hits) AS hits,
        sum(rejects) AS rejects,
        sum(repeated) AS repeated,
        max(to_position) AS position,
        arg_max(tail_hash, ingest_id) AS tail_hash
    FROM store.ingest
    GROUP BY source_id
)
SELECT
    coalesce(source.path, 'log ' || run.source_id) AS what,
    source.lines || ' lines, ' || source.hits || ' hits, ' || source.rejects || ' rejects, ' || source.repeated
        || ' read before to byte ' || source.position AS stored,
    run.lines || ' lines, ' || run.hits || ' hits, ' || run.rejects || ' rejects, ' || run.repeated
        || ' read before to byte ' || run.position AS recomputed
FROM store.source AS source
FULL JOIN run ON run.source_id = source.source_id
WHERE source.lines IS DISTINCT FROM run.lines
    OR source.hits IS DISTINCT FROM run.hits
    OR source.rejects IS DISTINCT FROM run.rejects
    OR source.repeated IS DISTINCT FROM run.repeated
    OR source.position IS DISTINCT FROM run.position
    OR source.tail_hash IS DISTINCT FROM run.tail_hash
ORDER BY coalesce(source.source_id, run.source_id)
