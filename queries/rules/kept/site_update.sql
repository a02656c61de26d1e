-- title: New settings of a site
-- about: Stores the settings that logstats.toml has for a site now, and the path of that file.
-- reads: $name, $rules, $rules_from
-- makes: store.site
UPDATE store.site
SET rules = $rules,
    rules_from = $rules_from
WHERE name = $name
