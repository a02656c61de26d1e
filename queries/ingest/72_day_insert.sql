-- title: Days the store has not
-- about: A new day's totals are the change itself.
INSERT INTO store.day_total
SELECT site_id, day, hits, bot_hits, page_views, visits
FROM chunk_day_change
ANTI JOIN store.day_total USING (site_id, day)
