-- title: Each site's clock
-- about: A query of each site with its local day at $at, the start of its online window, whether its weeks start on
-- about: Sunday (week_shift 1), and whether most lines of its last log were rejected.
-- reads: sites, $at, $site
SELECT
    site_id,
    site,
    timezone,
    hits_from,
    logged_until,
    is_refused,
    online_window_s,
    CAST($at AS TIMESTAMP) - online_window_s * INTERVAL 1 SECOND AS window_from,
    CASE week_start WHEN 'sunday' THEN 1 ELSE 0 END AS week_shift,
    {fragments/local_day(CAST($at AS TIMESTAMP), timezone)} AS at_day
FROM sites
WHERE $site IS NULL OR site = $site
