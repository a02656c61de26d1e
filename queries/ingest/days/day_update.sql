-- title: Known days
-- about: Adds the change to the totals of each day.
-- reads: chunk_day_change
-- makes: store.day_total
UPDATE store.day_total AS total
SET hits = total.hits + change.hits,
    bot_hits = total.bot_hits + change.bot_hits,
    page_views = total.page_views + change.page_views,
    visits = total.visits + change.visits
FROM chunk_day_change AS change
WHERE total.site_id = change.site_id AND total.day = change.day
