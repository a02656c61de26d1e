-- title: Dominant clients
-- about: Clients that make over half of a site's page views in a chunk: probably proxies that are not in the
-- about: settings.
-- reads: chunk_interval, store.site, $enough
WITH client_view AS (
    SELECT site_id, client, sum(page_views) AS page_views
    FROM chunk_interval
    GROUP BY site_id, client
), site_view AS (
    SELECT site_id, sum(page_views) AS page_views
    FROM client_view
    GROUP BY site_id
)
SELECT site.name AS site, client_view.client
FROM client_view
JOIN site_view USING (site_id)
JOIN store.site AS site USING (site_id)
WHERE 2 * client_view.page_views > site_view.page_views AND site_view.page_views >= $enough
ORDER BY site, client
