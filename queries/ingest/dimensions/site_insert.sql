-- title: A new site
-- about: Inserts a site with the rules by which its figures will be computed.
-- reads: store.site, $article_rules, $classified_by, $name, $online_window_s, $timezone, $visit_gap_s, $week_start
-- makes: store.site
INSERT INTO store.site
SELECT
    coalesce(max(site_id), 0) + 1,
    $name, $timezone, $week_start, $visit_gap_s, $online_window_s, $article_rules, $classified_by, NULL
FROM store.site
