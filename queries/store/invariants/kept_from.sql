-- title: First days with hits
-- about: For each pruned site, the first day whose hits are all kept.
-- reads: store.pruned
SELECT site_id, max(day) AS day
FROM store.pruned
GROUP BY site_id
