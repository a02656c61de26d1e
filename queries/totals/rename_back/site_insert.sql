-- title: A former site again
-- about: Inserts a site with the rules that it had when it became part of another one.
-- reads: store.former_site, store.site, $moved_at, $old
-- makes: store.site
INSERT INTO store.site BY NAME
SELECT
    (SELECT coalesce(max(site_id), 0) + 1 FROM store.site) AS site_id,
    name, timezone, week_start, visit_gap_s, online_window_s, article_rules, classified_by, rules, rules_from
FROM store.former_site
WHERE name = $old AND moved_at = $moved_at
