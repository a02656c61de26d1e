-- title: Hours of pruned page views
-- about: pruned_hours: how many page views of each local hour are pruned, and the instant at which the hour begins.
-- reads: store.pruned_hour, store.site
-- makes: pruned_hours
CREATE OR REPLACE TEMP VIEW pruned_hours AS
SELECT
    pruned.site_id,
    pruned.day,
    CAST(pruned.hour AS INTEGER) AS hour,
    CAST(pruned.day + pruned.hour * INTERVAL 1 HOUR AS TIMESTAMP) AT TIME ZONE any_value(site.timezone) AT TIME ZONE 'UTC'
        AS begins_at,
    CAST(sum(pruned.page_views) AS BIGINT) AS page_views
FROM store.pruned_hour AS pruned
JOIN store.site AS site ON site.site_id = pruned.site_id
GROUP BY pruned.site_id, pruned.day, pruned.hour
