-- title: Sites whose period before is incomplete
-- about: Sites whose hits do not go back to the day on which the period before starts, and the first day of their
-- about: hits.
-- reads: known, sites, $before, $site, $without_suspects
WITH site_known AS (
    SELECT site_id, CASE WHEN $without_suspects THEN suspects_from ELSE known_from END AS known_from
    FROM known
)
SELECT sites.site, known.known_from
FROM site_known AS known
JOIN sites ON sites.site_id = known.site_id
WHERE known.known_from > {fragments/local_day(CAST($before AS TIMESTAMP), sites.timezone)}
    AND ($site IS NULL OR sites.site = $site)
ORDER BY sites.site
