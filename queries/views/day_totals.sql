-- title: Days
-- about: day_totals: hits, hits by bots, page views and visits of each site and local day.
-- reads: store.day_total
-- makes: day_totals
CREATE OR REPLACE TEMP VIEW day_totals AS
SELECT site_id, day, hits, bot_hits, page_views, visits
FROM store.day_total
