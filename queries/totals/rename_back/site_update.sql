-- title: The rules of a former name
-- about: Gives a site the rules that it had before it got another name.
-- reads: store.former_site, $moved_at, $old
-- makes: store.site
UPDATE store.site AS site
SET timezone = former.timezone,
    week_start = former.week_start,
    visit_gap_s = former.visit_gap_s,
    online_window_s = former.online_window_s,
    article_rules = former.article_rules,
    classified_by = former.classified_by,
    rules = former.rules,
    rules_from = former.rules_from
FROM store.former_site AS former
WHERE site.name = $old AND former.name = $old AND former.moved_at = $moved_at
