-- title: A new site
-- about: Inserts a site with the rules by which its figures will be computed.
-- reads: store.site, $article_rules, $classified_by, $name, $online_window_s, $rules, $rules_from, $timezone,
-- reads: $visit_gap_s, $week_start
-- makes: store.site
INSERT INTO store.site BY NAME
SELECT
    coalesce(max(site_id), 0) + 1 AS site_id,
    $name AS name,
    $timezone AS timezone,
    $week_start AS week_start,
    $visit_gap_s AS visit_gap_s,
    $online_window_s AS online_window_s,
    $article_rules AS article_rules,
    $classified_by AS classified_by,
    $rules AS rules,
    $rules_from AS rules_from
FROM store.site
