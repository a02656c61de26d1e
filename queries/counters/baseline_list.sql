-- title: Baselines and which of them holds
-- about: The newest baseline of each site and day, and whether it is the one in force on the site's local day at $at.
-- reads: baselines, sites, $at, $site
WITH clock AS (
    {fragments/clock}
), in_force AS (
    {fragments/baseline_in_force}
)
SELECT
    clock.site,
    clock.at_day,
    baselines.visits,
    baselines.on_day,
    in_force.site_id IS NOT NULL AS in_force,
    baselines.note,
    date_trunc('second', baselines.set_at) AS set_at
FROM clock
JOIN baselines ON baselines.site_id = clock.site_id
LEFT JOIN in_force ON in_force.site_id = clock.site_id AND in_force.on_day = baselines.on_day
ORDER BY clock.site, baselines.on_day
