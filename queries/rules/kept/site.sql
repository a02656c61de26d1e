-- title: The kept settings of each site
-- about: Each site with its settings as JSON, and the file that they are from.
-- reads: store.site
SELECT name, rules, rules_from
FROM store.site
ORDER BY site_id
