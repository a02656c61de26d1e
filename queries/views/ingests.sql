-- title: Ingests
-- about: ingests: each run over a log, the lines that it read, and how many of its hits and rejects are pruned.
-- reads: store.ingest, store.pruned_ingest, store.source
-- makes: ingests
CREATE OR REPLACE TEMP VIEW ingests AS
WITH pruned AS (
    SELECT ingest_id, CAST(sum(hits) AS BIGINT) AS hits, CAST(sum(rejects) AS BIGINT) AS rejects
    FROM store.pruned_ingest
    GROUP BY ingest_id
)
SELECT
    ingest.ingest_id,
    ingest.source_id,
    ingest.path,
    source.site,
    ingest.started_at,
    ingest.read_at,
    ingest.lines,
    ingest.hits,
    ingest.rejects,
    ingest.repeated,
    coalesce(pruned.hits, 0) AS pruned_hits,
    coalesce(pruned.rejects, 0) AS pruned_rejects
FROM store.ingest AS ingest
JOIN store.source AS source ON source.source_id = ingest.source_id
LEFT JOIN pruned ON pruned.ingest_id = ingest.ingest_id
