-- title: The baselines in force
-- about: What was last said of each site and day.
SELECT sites.site, baselines.visits, baselines.on_day
FROM baselines
JOIN sites ON sites.site_id = baselines.site_id
ORDER BY sites.site, baselines.on_day
