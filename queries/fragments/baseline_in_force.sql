-- title: The baselines in force
-- about: A query of the newest baseline of each site of `clock` on or before its local day.
-- reads: baselines, clock
SELECT clock.site_id, baselines.on_day, baselines.visits
FROM baselines
JOIN clock ON clock.site_id = baselines.site_id AND baselines.on_day <= clock.at_day
QUALIFY row_number() OVER (PARTITION BY clock.site_id ORDER BY baselines.on_day DESC) = 1
