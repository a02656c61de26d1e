-- title: Sites
-- about: sites: each portal with its rules, and how far its logs tell.
CREATE OR REPLACE TEMP VIEW sites AS
SELECT site_id, name AS site, timezone, week_start, visit_gap_s, online_window_s, logged_until
FROM store.site
