-- title: A site's rules
-- about: Stores the rules by which the figures of a site are computed.
-- reads: $article_rules, $classified_by, $name, $online_window_s, $timezone, $visit_gap_s, $week_start
-- makes: store.site
UPDATE store.site
SET timezone = $timezone,
    week_start = $week_start,
    visit_gap_s = $visit_gap_s,
    online_window_s = $online_window_s,
    article_rules = $article_rules,
    classified_by = $classified_by
WHERE name = $name
