-- title: Runs over the logs
-- about: Each run over a log, the newest first: the name under which it read the log, its lines, hits and rejects,
-- about: how many of the hits are pruned, and how many of the lines were read before in another log.
-- about: `logstats undo ID` undoes a run.
-- reads: ingests, $limit, $site
-- param limit integer = 20: Show at most N rows; 0 shows all.
-- columns: id, source, path, site, started, lines, hits, rejects, pruned, repeated
SELECT
    ingest_id AS id,
    source_id AS source,
    path,
    site,
    date_trunc('second', started_at) AS started,
    lines,
    hits,
    rejects,
    pruned_hits AS pruned,
    repeated
FROM ingests
WHERE $site IS NULL OR site = $site
ORDER BY id DESC
LIMIT $limit
