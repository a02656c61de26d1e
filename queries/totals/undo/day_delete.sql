-- title: Days without hits
-- about: Deletes the totals of days that have no hit left.
-- reads: chunk_day_change
-- makes: store.day_total
DELETE FROM store.day_total AS total
USING chunk_day_change AS change
WHERE change.site_id = total.site_id AND change.day = total.day
    AND total.hits = 0 AND total.bot_hits = 0 AND total.page_views = 0 AND total.visits = 0
