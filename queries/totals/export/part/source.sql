-- title: Logs of an export
-- about: Each log with its position and its hashes, how many of its hits are exported as figures, and how many rejects
-- about: are pruned. is_mixed: hits of it were pruned, so what it has added to the figures can't be told any more.
-- reads: export_border, export_log, store.hit, store.ingest, store.pruned_ingest, store.reject, store.source
WITH kept AS (
    SELECT ingest.source_id, count(*) AS hits
    FROM store.hit AS hit
    JOIN store.ingest AS ingest ON ingest.ingest_id = hit.ingest_id
    JOIN export_border AS border ON border.site_id = hit.site_id
    WHERE hit.logged_at >= border.hits_from
    GROUP BY ingest.source_id
), reject AS (
    SELECT source_id, count(*) AS rejects FROM store.reject GROUP BY source_id
), pruned AS (
    SELECT ingest.source_id, sum(pruned.hits) AS hits
    FROM store.pruned_ingest AS pruned
    JOIN store.ingest AS ingest ON ingest.ingest_id = pruned.ingest_id
    GROUP BY ingest.source_id
)
SELECT
    log.log,
    source.path, source.machine, source.site, source.format, source.head_hashes, source.tail_hash, source.block_hashes,
    source.position, source.ends_mid_line, source.header, source.lines, source.hits, source.rejects, source.repeated,
    source.repeated_at_end, source.complete, source.first_read, source.last_read,
    source.hits - coalesce(kept.hits, 0) AS forgotten_hits,
    source.rejects - coalesce(reject.rejects, 0) AS forgotten_rejects,
    coalesce(pruned.hits, 0) > 0 AS is_mixed
FROM store.source AS source
JOIN export_log AS log ON log.source_id = source.source_id
LEFT JOIN kept ON kept.source_id = source.source_id
LEFT JOIN reject ON reject.source_id = source.source_id
LEFT JOIN pruned ON pruned.source_id = source.source_id
ORDER BY source.source_id
