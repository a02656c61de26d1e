-- title: Rows that pruning can delete
-- about: The number of rows of each kind; hits by site, with the first day whose hits are kept.
-- reads: prune_border, store.agent, store.article, store.hit, store.page, store.referrer, store.reject, store.site,
-- reads: $rejects_from
WITH hit AS (
    SELECT site_id, count(*) AS hits FROM store.hit GROUP BY site_id
)
SELECT 'hits' AS what, site.name AS site, border.day AS before, coalesce(hit.hits, 0) AS kept
FROM prune_border AS border
JOIN store.site AS site ON site.site_id = border.site_id
LEFT JOIN hit ON hit.site_id = border.site_id
UNION ALL
SELECT 'rejects', NULL, CAST($rejects_from AS DATE), count(*) FROM store.reject
UNION ALL
SELECT 'pages', NULL, NULL, count(*) FROM store.page
UNION ALL
SELECT 'referrers', NULL, NULL, count(*) FROM store.referrer
UNION ALL
SELECT 'agents', NULL, NULL, count(*) FROM store.agent
UNION ALL
SELECT 'articles', NULL, NULL, count(*) FROM store.article
