-- title: A site's rules
-- about: The rules by which a site's figures are made, as logstats.toml has them now.
-- reads: $name, $online_window_s, $timezone, $visit_gap_s, $week_start
-- makes: store.site
UPDATE store.site
SET timezone = $timezone,
    week_start = $week_start,
    visit_gap_s = $visit_gap_s,
    online_window_s = $online_window_s
WHERE name = $name
