-- title: The sites of the store
-- about: Each site with its zone, the days of its first and newest line, its hits and visits, and the file that its
-- about: settings are from.
-- reads: day_totals, sites
SELECT
    sites.site,
    sites.timezone,
    min(total.day) FILTER (WHERE total.hits > 0) AS first_day,
    sites.logged_until,
    CAST(coalesce(sum(total.hits), 0) AS BIGINT) AS hits,
    CAST(coalesce(sum(total.visits), 0) AS BIGINT) AS visits,
    sites.rules_from
FROM sites
LEFT JOIN day_totals AS total ON total.site_id = sites.site_id
GROUP BY sites.site, sites.timezone, sites.logged_until, sites.rules_from
ORDER BY sites.site
