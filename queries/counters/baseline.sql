-- title: The baselines in force
-- about: What was last said of each site and day; of a site of which nothing was said a row without a day.
-- reads: baselines, sites
SELECT sites.site, baselines.visits, baselines.on_day
FROM sites
LEFT JOIN baselines ON baselines.site_id = sites.site_id
ORDER BY sites.site, baselines.on_day
