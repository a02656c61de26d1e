-- title: From when on visits count
-- about: The first local day of which the all-time figure of any site asked for needs the visits.
-- reads: baselines, sites, $at, $site
WITH clock AS (
    SELECT
        site_id,
        CAST(CAST($at AS TIMESTAMP) AT TIME ZONE 'UTC' AT TIME ZONE timezone AS DATE) AS at_day
    FROM sites
    WHERE $site IS NULL OR site = $site
), baseline AS (
    SELECT clock.site_id, max(baselines.on_day) AS on_day
    FROM clock
    LEFT JOIN baselines ON baselines.site_id = clock.site_id AND baselines.on_day <= clock.at_day
    GROUP BY clock.site_id
)
SELECT CAST(min(coalesce(on_day, DATE '0001-01-01')) AS TIMESTAMP) AS counted_from
FROM baseline
