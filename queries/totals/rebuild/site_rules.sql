-- title: The rules of each site
-- about: The rules by which the figures of each site were computed.
-- reads: store.site
SELECT name, timezone, week_start, visit_gap_s, online_window_s, article_rules, classified_by
FROM store.site
ORDER BY name
