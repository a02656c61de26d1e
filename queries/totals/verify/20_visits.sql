-- title: the visits are those of the page views
-- about: Stored visits that do not follow from the hits, and visits that follow from them and are not stored.
-- reads: chunk_merged, store.site, store.visit
WITH stored AS (
    SELECT site_id, client, agent_id, first_at, last_at, day, page_views FROM store.visit
), recomputed AS (
    SELECT site_id, client, agent_id, first_at, last_at, day, page_views FROM chunk_merged
), difference AS (
    SELECT 'stored' AS side, * FROM (SELECT * FROM stored EXCEPT ALL SELECT * FROM recomputed)
    UNION ALL
    SELECT 'recomputed' AS side, * FROM (SELECT * FROM recomputed EXCEPT ALL SELECT * FROM stored)
)
SELECT
    'visits of ' || site.name || ' on ' || difference.day AS what,
    count(*) FILTER (WHERE difference.side = 'stored') || ' that are not recomputed' AS stored,
    count(*) FILTER (WHERE difference.side = 'recomputed') || ' that are not stored' AS recomputed
FROM difference
LEFT JOIN store.site AS site ON site.site_id = difference.site_id
GROUP BY site.name, difference.day
ORDER BY what
