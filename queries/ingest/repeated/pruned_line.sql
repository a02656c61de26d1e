-- title: Lines from before the pruning
-- about: Adds the chunk's lines to chunk_matched whose hits would be pruned by now: as many as hits are pruned of the
-- about: logs with matched hits, and of the log that the chunk begins like. They are no evidence by themselves.
-- reads: chunk_hit, chunk_matched, chunk_near, store.ingest, store.pruned, store.pruned_ingest, $alike
-- makes: chunk_matched
INSERT INTO chunk_matched
WITH log AS (
    SELECT DISTINCT source_id FROM chunk_near
    WHERE ingest_id IN (SELECT ingest_id FROM chunk_matched)
    UNION
    SELECT $alike
), border AS (
    SELECT site_id, max(hits_from) AS hits_from FROM store.pruned GROUP BY site_id
), gone AS (
    SELECT coalesce(sum(pruned.hits), 0) AS hits
    FROM store.pruned_ingest AS pruned
    JOIN store.ingest AS ingest ON ingest.ingest_id = pruned.ingest_id
    SEMI JOIN log ON log.source_id = ingest.source_id
), old AS (
    SELECT hit.line, row_number() OVER (ORDER BY hit.line DESC) AS number
    FROM chunk_hit AS hit
    JOIN border ON border.site_id = hit.site_id AND hit.logged_at < border.hits_from
    WHERE hit.line NOT IN (SELECT line FROM chunk_matched)
)
SELECT line, 0, false, NULL
FROM old
WHERE number <= (SELECT hits FROM gone)
