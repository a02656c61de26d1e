-- title: New days
-- about: Inserts the totals of days that have no row yet.
-- reads: chunk_day_change, store.day_total
-- makes: store.day_total
INSERT INTO store.day_total
WITH known AS (
    SELECT site_id, day FROM store.day_total
    SEMI JOIN chunk_day_change USING (site_id, day)
)
SELECT site_id, day, hits, bot_hits, page_views, visits
FROM chunk_day_change
ANTI JOIN known USING (site_id, day)
