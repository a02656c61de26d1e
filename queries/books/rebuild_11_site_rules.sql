-- title: A site's rules for articles
-- about: What the site's articles are told by, as logstats.toml has it now.
UPDATE store.site
SET article_rules = $article_rules
WHERE name = $name
