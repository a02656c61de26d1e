-- title: The steps of pruned hits
-- about: A query of the steps that leave out hits of `pruned`; only sites that were pruned have them.
-- reads: pruned
SELECT site_id, 30 AS position, 'pruned hits before' AS step, -earlier AS count, 'of an earlier time' AS note
FROM pruned
WHERE hits_from IS NOT NULL
UNION ALL
SELECT site_id, 40, 'pruned bots', -bots, 'class no longer known (pruned)'
FROM pruned
WHERE hits_from IS NOT NULL
UNION ALL
SELECT site_id, 55, 'pruned, no page views', bots + page_views - hits, 'reason no longer known (pruned)'
FROM pruned
WHERE hits_from IS NOT NULL
