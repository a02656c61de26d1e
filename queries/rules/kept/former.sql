-- title: The kept settings of former sites
-- about: The last settings of each site that is not in the store any more, such as one whose ingests were undone.
-- reads: store.former_site, store.site
SELECT name, arg_max(rules, moved_at) AS rules, arg_max(rules_from, moved_at) AS rules_from
FROM store.former_site
WHERE name NOT IN (SELECT name FROM store.site)
GROUP BY name
ORDER BY name
