-- title: The first day whose visits are counted
-- about: The first local day whose visits the all-time figures of the request's sites need.
-- reads: baselines, sites, $at, $site
WITH clock AS (
    {fragments/clock}
), baseline AS (
    SELECT clock.site_id, max(baselines.on_day) AS on_day
    FROM clock
    LEFT JOIN baselines ON baselines.site_id = clock.site_id AND baselines.on_day <= clock.at_day
    GROUP BY clock.site_id
)
SELECT CAST(min(coalesce(on_day, DATE '0001-01-01')) AS TIMESTAMP) AS counted_from
FROM baseline
