-- title: the logs' hits are the days' hits
-- about: The hits of all sources, of all days, and those that are kept or pruned, if they differ.
-- reads: store.day_total, store.hit, store.pruned, store.source
WITH total AS (
    SELECT
        (SELECT coalesce(sum(hits), 0) FROM store.day_total) AS days,
        (SELECT coalesce(sum(hits), 0) FROM store.source) AS logs,
        (SELECT count(*) FROM store.hit) + (SELECT coalesce(sum(hits), 0) FROM store.pruned) AS hits
)
SELECT
    'all hits' AS what,
    days || ' of the days' AS stored,
    logs || ' of the logs, ' || hits || ' that are kept or pruned' AS recomputed
FROM total
WHERE days <> logs OR days <> hits
