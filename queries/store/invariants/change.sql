-- title: What a chunk changes in each day
-- about: By site and day: hits, bots, page views and visits of the day's totals.
-- reads: chunk_day_change
SELECT site_id, day, hits, bot_hits, page_views, visits
FROM chunk_day_change
