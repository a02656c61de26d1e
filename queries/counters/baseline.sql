-- title: Baselines of all sites
-- about: The newest baseline of each site and day. A site without a baseline has one row without a day.
-- reads: baselines, sites
SELECT sites.site, baselines.visits, baselines.on_day
FROM sites
LEFT JOIN baselines ON baselines.site_id = sites.site_id
ORDER BY sites.site, baselines.on_day
