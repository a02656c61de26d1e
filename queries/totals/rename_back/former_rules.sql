-- title: The rules of former sites
-- about: The settings that each former site had, the newest last.
-- reads: store.former_site
SELECT name, rules, rules_from
FROM store.former_site
ORDER BY moved_at
