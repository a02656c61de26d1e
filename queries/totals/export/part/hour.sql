-- title: Hours of an export
-- about: The page views of each log, site and local hour that are exported as figures.
-- reads: export_minute, store.pruned_hour, store.site
WITH total AS (
    SELECT log, site_id, day, hour, page_views FROM export_minute
    WHERE page_views > 0
    UNION ALL
    SELECT NULL, site_id, day, hour, page_views FROM store.pruned_hour
)
SELECT total.log, site.name AS site, total.day, total.hour, CAST(sum(total.page_views) AS BIGINT) AS page_views
FROM total
JOIN store.site AS site ON site.site_id = total.site_id
GROUP BY total.log, site.name, total.day, total.hour
ORDER BY site.name, total.day, total.hour, total.log
