-- title: Changes of days by a chunk
-- about: The change of hits, bots, page views and visits of each site and day.
-- reads: chunk_day_change
SELECT site_id, day, hits, bot_hits, page_views, visits
FROM chunk_day_change
