-- title: The counts of an import
-- about: How many logs, lines, hits and rejects it has, and how many logs were left out because this store has them.
-- reads: import_known, import_log
SELECT
    count(*) AS logs,
    CAST(coalesce(sum(lines), 0) AS BIGINT) AS lines,
    CAST(coalesce(sum(hits), 0) AS BIGINT) AS hits,
    CAST(coalesce(sum(rejects), 0) AS BIGINT) AS rejects,
    (SELECT count(*) FROM import_known) AS known
FROM import_log
