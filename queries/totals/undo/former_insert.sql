-- title: Sites that an undo deletes
-- about: Keeps the settings of sites that have no day and no baseline any more, if they are from a logstats.toml.
-- reads: store.baseline, store.day_total, store.site, $at
-- makes: store.former_site
INSERT INTO store.former_site BY NAME
SELECT
    name,
    '' AS became,
    $at AS moved_at,
    false AS is_whole,
    timezone, week_start, visit_gap_s, online_window_s, article_rules, classified_by, rules, rules_from,
    [] AS source_ids,
    [] AS ingest_ids,
    [] AS titles,
    [] AS replaced_titles,
    [] AS baselines
FROM store.site
WHERE rules_from <> ''
    AND site_id NOT IN (SELECT site_id FROM store.day_total)
    AND site_id NOT IN (SELECT site_id FROM store.baseline)
