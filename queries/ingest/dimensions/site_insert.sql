-- title: A new site
-- about: A site with the rules its figures will be made by.
-- reads: store.site, $article_rules, $classified_by, $name, $online_window_s, $timezone, $visit_gap_s, $week_start
-- makes: store.site
INSERT INTO store.site
SELECT
    coalesce(max(site_id), 0) + 1,
    $name, $timezone, $week_start, $visit_gap_s, $online_window_s, $article_rules, $classified_by, NULL
FROM store.site
