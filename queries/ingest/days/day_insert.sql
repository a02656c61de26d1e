-- title: Days the store has not
-- about: A new day's totals are the change itself.
-- reads: chunk_day_change, store.day_total
-- makes: store.day_total
INSERT INTO store.day_total
WITH met AS (
    SELECT site_id, day FROM store.day_total
    SEMI JOIN chunk_day_change USING (site_id, day)
)
SELECT site_id, day, hits, bot_hits, page_views, visits
FROM chunk_day_change
ANTI JOIN met USING (site_id, day)
