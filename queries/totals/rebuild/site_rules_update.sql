-- title: A site's rules for articles and hits
-- about: Stores the rules that classify the site's articles and hits, as they are in logstats.toml.
-- reads: $article_rules, $classified_by, $name
-- makes: store.site
UPDATE store.site
SET article_rules = $article_rules,
    classified_by = $classified_by
WHERE name = $name
