-- title: Sites of an export
-- about: Each site with the rules of its figures, and the first day whose hits are exported, NULL for none.
-- reads: export_border, store.site
SELECT
    site.name AS site,
    site.timezone,
    site.week_start,
    site.visit_gap_s,
    site.online_window_s,
    site.article_rules,
    site.classified_by,
    site.rules,
    border.day,
    border.hits_from
FROM store.site AS site
JOIN export_border AS border ON border.site_id = site.site_id
ORDER BY site.name
