-- title: The counts of an import
-- about: How many logs, lines, hits and rejects it has, how many hits came as hits, and how many logs were left out
-- about: because this store has them.
-- reads: import_known, import_log
SELECT
    count(*) AS logs,
    CAST(coalesce(sum(lines), 0) AS BIGINT) AS lines,
    CAST(coalesce(sum(hits), 0) AS BIGINT) AS hits,
    CAST(coalesce(sum(rejects), 0) AS BIGINT) AS rejects,
    CAST(coalesce(sum(hits - forgotten_hits), 0) AS BIGINT) AS kept_hits,
    (SELECT count(*) FROM import_known) AS known
FROM import_log
