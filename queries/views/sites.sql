-- title: Sites
-- about: sites: each site with its rules, the time of its last line, the time from which on its hits are kept (NULL:
-- about: all are kept), whether most lines of its last log were rejected, and its settings with the file they are from.
-- reads: store.pruned, store.site
-- makes: sites
CREATE OR REPLACE TEMP VIEW sites AS
WITH pruned AS (
    SELECT site_id, max(hits_from) AS hits_from
    FROM store.pruned
    GROUP BY site_id
)
SELECT
    site.site_id,
    site.name AS site,
    site.timezone,
    site.week_start,
    site.visit_gap_s,
    site.online_window_s,
    site.article_rules,
    site.classified_by,
    site.logged_until,
    pruned.hits_from,
    site.is_refused,
    site.rules,
    site.rules_from
FROM store.site AS site
LEFT JOIN pruned ON pruned.site_id = site.site_id
