-- title: the logs' hits are the days' hits
-- about: The hits of all sources beside those of all days, where they differ.
SELECT 'all hits' AS what, days.hits AS stored, logs.hits AS recomputed
FROM (SELECT coalesce(sum(hits), 0) AS hits FROM store.day_total) AS days,
    (SELECT coalesce(sum(hits), 0) AS hits FROM store.source) AS logs
WHERE days.hits <> logs.hits
