-- title: Changes of the days
-- about: The change of each site and day, in the order of the calendar.
-- reads: chunk_day_change, store.site
SELECT site.name AS site, change.day, change.hits, change.bot_hits AS bots, change.page_views, change.visits
FROM chunk_day_change AS change
JOIN store.site AS site ON site.site_id = change.site_id
ORDER BY site.name, change.day
