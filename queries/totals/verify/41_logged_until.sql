-- title: a site is logged until its newest hit
-- about: Sites whose logged_until is not the time of their newest hit.
-- reads: store.hit, store.pruned, store.site
WITH newest AS (
    SELECT site_id, max(logged_at) AS logged_at FROM store.hit GROUP BY site_id
    UNION ALL
    SELECT site_id, max(logged_until) FROM store.pruned GROUP BY site_id
), last AS (
    SELECT site_id, max(logged_at) AS logged_at FROM newest GROUP BY site_id
)
SELECT site.name AS what, site.logged_until AS stored, last.logged_at AS recomputed
FROM store.site AS site
LEFT JOIN last ON last.site_id = site.site_id
WHERE site.logged_until IS DISTINCT FROM last.logged_at
ORDER BY site.name
