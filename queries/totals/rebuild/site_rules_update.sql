-- title: A site's rules that need no other cut
-- about: What the site's articles are told and its hits judged by, as logstats.toml has it now.
-- reads: $article_rules, $classified_by, $name
-- makes: store.site
UPDATE store.site
SET article_rules = $article_rules,
    classified_by = $classified_by
WHERE name = $name
