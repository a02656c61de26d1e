-- title: The counts of an export
-- about: How many logs, lines, hits and rejects the store has.
-- reads: store.source
SELECT
    count(*) AS logs,
    CAST(coalesce(sum(lines), 0) AS BIGINT) AS lines,
    CAST(coalesce(sum(hits), 0) AS BIGINT) AS hits,
    CAST(coalesce(sum(rejects), 0) AS BIGINT) AS rejects
FROM store.source
