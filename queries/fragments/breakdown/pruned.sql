-- title: Pruned hits
-- about: A query of the pruned hits of each site of `calendar`: those of earlier days, and those of the figure's
-- about: period by the classes that are still known. Hits of an online window are never pruned, so for it all are
-- about: earlier.
-- reads: calendar, pruned_days
SELECT
    calendar.site_id,
    calendar.hits_from,
    coalesce(sum(pruned.hits) FILTER (WHERE coalesce(pruned.day < calendar.from_day, true)), 0) AS earlier,
    coalesce(sum(pruned.bot_hits) FILTER (WHERE pruned.day >= calendar.from_day), 0) AS bots,
    coalesce(sum(pruned.page_views) FILTER (WHERE pruned.day >= calendar.from_day), 0) AS page_views,
    coalesce(sum(pruned.hits) FILTER (WHERE pruned.day >= calendar.from_day), 0) AS hits
FROM calendar
LEFT JOIN pruned_days AS pruned ON pruned.site_id = calendar.site_id
GROUP BY calendar.site_id, calendar.hits_from
