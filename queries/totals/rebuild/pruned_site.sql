-- title: Pruned sites
-- about: Each pruned site with the time zone and visit gap of its visits, and the first day whose hits are all kept.
-- reads: store.pruned, store.site
SELECT site.name, site.timezone, site.visit_gap_s, max(pruned.day) AS day
FROM store.pruned AS pruned
JOIN store.site AS site ON site.site_id = pruned.site_id
GROUP BY site.name, site.timezone, site.visit_gap_s
ORDER BY site.name
