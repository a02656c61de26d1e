-- title: Days of pruned hits
-- about: Keeps the sums of the pruned hits of each day.
-- reads: chunk_minute, $import_id
-- makes: store.pruned_day
INSERT INTO store.pruned_day
SELECT site_id, day, sum(hits), sum(bot_hits), sum(page_views), $import_id
FROM chunk_minute
GROUP BY site_id, day
ORDER BY site_id, day
