-- title: The rules of an export's sites
-- about: Each site with the rules by which its figures are computed, and how its clients are stored.
-- reads: store.site
SELECT
    name,
    timezone,
    week_start,
    visit_gap_s,
    online_window_s,
    article_rules,
    classified_by,
    json_extract_string(rules, '$.privacy') AS privacy
FROM store.site
ORDER BY name
