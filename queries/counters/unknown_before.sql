-- title: Sites of which the period before is not known
-- about: Those whose hits are not there from the day on which that period begins, and from which day on they are.
-- reads: known, sites, $before, $site, $without_suspects
WITH site_known AS (
    SELECT site_id, CASE WHEN $without_suspects THEN suspects_from ELSE known_from END AS known_from
    FROM known
)
SELECT sites.site, known.known_from
FROM site_known AS known
JOIN sites ON sites.site_id = known.site_id
WHERE known.known_from > CAST(CAST($before AS TIMESTAMP) AT TIME ZONE 'UTC' AT TIME ZONE sites.timezone AS DATE)
    AND ($site IS NULL OR sites.site = $site)
ORDER BY sites.site
