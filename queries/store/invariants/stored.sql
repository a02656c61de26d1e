-- title: Stored totals of some days
-- about: Hits, bots, page views and visits of each site and day. A row without a day has the visits that began on these
-- about: days, and their page views.
-- reads: store.day_total, store.visit, $days
SELECT site_id, day, hits, bot_hits, page_views, visits
FROM store.day_total
WHERE day IN $days
UNION ALL
SELECT NULL, NULL, 0, 0, coalesce(sum(page_views), 0), count(*)
FROM store.visit
WHERE day IN $days
