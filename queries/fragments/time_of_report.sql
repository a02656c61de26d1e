-- title: The time of day of the report
-- about: A query of each site's time of day at $at.
-- reads: sites, $at
SELECT site_id, CAST(CAST($at AS TIMESTAMP) AT TIME ZONE 'UTC' AT TIME ZONE timezone AS TIME) AS time_of_day
FROM sites
