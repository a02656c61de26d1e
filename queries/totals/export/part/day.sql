-- title: Days of an export
-- about: The hits of each log, site and local day that are exported as figures, and the newest of them; those that were
-- about: pruned before have no log.
-- reads: export_minute, store.pruned, store.pruned_day, store.site
WITH newest AS (
    SELECT site_id, max(logged_until) AS logged_until FROM store.pruned GROUP BY site_id
), total AS (
    SELECT log, site_id, day, hits, bot_hits, page_views, logged_until FROM export_minute
    UNION ALL
    SELECT NULL, pruned.site_id, pruned.day, pruned.hits, pruned.bot_hits, pruned.page_views, newest.logged_until
    FROM store.pruned_day AS pruned
    JOIN newest ON newest.site_id = pruned.site_id
)
SELECT
    total.log,
    site.name AS site,
    total.day,
    CAST(sum(total.hits) AS BIGINT) AS hits,
    CAST(sum(total.bot_hits) AS BIGINT) AS bot_hits,
    CAST(sum(total.page_views) AS BIGINT) AS page_views,
    max(total.logged_until) AS logged_until
FROM total
JOIN store.site AS site ON site.site_id = total.site_id
GROUP BY total.log, site.name, total.day
ORDER BY site.name, total.day, total.log
