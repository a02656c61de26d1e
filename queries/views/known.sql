-- title: What is known of each site
-- about: known: the local day from which on a site's hits are there to be counted: that of its first one, or the
-- about: first of those whose hits are not pruned; and that from which on they tell who was a suspect, of which a
-- about: whole UTC day must be there.
-- reads: store.day_total, store.pruned
-- makes: known
CREATE OR REPLACE TEMP VIEW known AS
WITH first AS (
    SELECT site_id, min(day) AS day FROM store.day_total GROUP BY site_id
), kept AS (
    SELECT site_id, max(day) AS day FROM store.pruned GROUP BY site_id
)
SELECT
    first.site_id,
    CASE WHEN kept.day > first.day THEN kept.day ELSE first.day END AS known_from,
    CASE WHEN kept.day > first.day THEN kept.day + 2 ELSE first.day END AS suspects_from
FROM first
LEFT JOIN kept ON kept.site_id = first.site_id
