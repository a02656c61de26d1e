-- title: First days of each site
-- about: known: the first local day whose hits a site has, which is the day of its first hit or the first day that is
-- about: not pruned; and the first day on which suspects can be found, which requires a whole UTC day of hits.
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
