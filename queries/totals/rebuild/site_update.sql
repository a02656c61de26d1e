-- title: A site's rules for visits
-- about: Stores the time zone, week, visit gap and online window of a site, as they are in logstats.toml.
-- reads: $name, $online_window_s, $timezone, $visit_gap_s, $week_start
-- makes: store.site
UPDATE store.site
SET timezone = $timezone,
    week_start = $week_start,
    visit_gap_s = $visit_gap_s,
    online_window_s = $online_window_s
WHERE name = $name
