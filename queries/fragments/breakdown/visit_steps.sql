-- title: The steps from page views to the figure
-- about: A query of the last steps: from page views to visits, for all time also the baseline, and the figure.
-- reads: calendar, class_hits, day_totals, pruned, visit, $figure
SELECT
    pruned.site_id,
    70 AS position,
    'further page views' AS step,
    coalesce(visit.visits, 0) - coalesce(page_view.hits, 0) - pruned.page_views AS count,
    'of visits that had started' AS note
FROM pruned
LEFT JOIN class_hits AS page_view
    ON page_view.site_id = pruned.site_id AND page_view.time = 'in period' AND page_view.counts_as = 'page view'
LEFT JOIN visit ON visit.site_id = pruned.site_id
UNION ALL
SELECT site_id, 80, 'visits', NULL, NULL
FROM calendar
WHERE $figure = 'all'
UNION ALL
SELECT calendar.site_id, 81, 'visits before the baseline', -coalesce(sum(total.visits), 0),
    concat('before ', calendar.counted_from, ', which the baseline holds')
FROM calendar
LEFT JOIN day_totals AS total ON total.site_id = calendar.site_id AND total.day < calendar.counted_from
WHERE $figure = 'all' AND calendar.counted_from > calendar.from_day
GROUP BY calendar.site_id, calendar.counted_from
UNION ALL
SELECT site_id, 82, 'baseline', counted_before, 'what the old counter said'
FROM calendar
WHERE $figure = 'all'
UNION ALL
SELECT site_id, 99, $figure, NULL, NULL
FROM calendar
