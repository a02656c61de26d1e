-- title: The rules of an export's sites and of the store's
-- about: The rules of each site of the export, and those of the site of that name here, if there is one. other_by are
-- about: the settings that classify the hits of any site here.
-- reads: import_site, store.site
SELECT
    new.site,
    new.timezone, new.week_start, new.visit_gap_s, new.online_window_s, new.article_rules, new.classified_by, new.rules,
    known.timezone AS known_timezone,
    known.week_start AS known_week_start,
    known.visit_gap_s AS known_visit_gap_s,
    known.online_window_s AS known_online_window_s,
    known.article_rules AS known_article_rules,
    known.classified_by AS known_classified_by,
    known.rules AS known_rules,
    (SELECT max(classified_by) FROM store.site) AS other_by
FROM (
    SELECT DISTINCT
        site, timezone, week_start, visit_gap_s, online_window_s, article_rules, classified_by, rules
    FROM import_site
) AS new
LEFT JOIN store.site AS known ON known.name = new.site
ORDER BY new.site
