-- title: the hours of pruned days have no more page views than the days
-- about: Pruned days whose hours have more page views than were pruned. They have fewer where an older logstats has
-- about: pruned some.
-- reads: store.pruned_day, store.pruned_hour, store.site
WITH hour AS (
    SELECT site_id, day, sum(page_views) AS page_views
    FROM store.pruned_hour
    GROUP BY site_id, day
), pruned AS (
    SELECT site_id, day, sum(page_views) AS page_views
    FROM store.pruned_day
    GROUP BY site_id, day
)
SELECT
    'page views of ' || site.name || ' in the hours of ' || hour.day AS what,
    CAST(hour.page_views AS VARCHAR) AS stored,
    CAST(coalesce(pruned.page_views, 0) AS VARCHAR) AS recomputed
FROM hour
LEFT JOIN pruned ON pruned.site_id = hour.site_id AND pruned.day = hour.day
LEFT JOIN store.site AS site ON site.site_id = hour.site_id
WHERE hour.page_views > coalesce(pruned.page_views, 0)
ORDER BY what
