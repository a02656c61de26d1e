-- title: What the store says of some days
-- about: By site and day: hits, bots, page views and visits of the totals; and in a row without a day the
-- about: visits that began on these days, and their page views.
-- reads: store.day_total, store.visit, $days
SELECT site_id, day, hits, bot_hits, page_views, visits
FROM store.day_total
WHERE day IN $days
UNION ALL
SELECT NULL, NULL, 0, 0, coalesce(sum(page_views), 0), count(*)
FROM store.visit
WHERE day IN $days
