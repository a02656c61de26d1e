-- title: Sites that have another name here
-- about: Each name that no site has any more, because it was renamed, with the name of the site that it became.
-- reads: store.former_site, store.site
SELECT name, arg_max(became, moved_at) AS became
FROM store.former_site
WHERE became <> '' AND name NOT IN (SELECT name FROM store.site)
GROUP BY name
