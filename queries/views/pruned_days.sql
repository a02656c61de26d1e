-- title: Forgotten hits by day
-- about: pruned_days: of hits that are pruned how many there were on each local day, and of bots, and page views.
-- reads: store.pruned_day
-- makes: pruned_days
CREATE OR REPLACE TEMP VIEW pruned_days AS
SELECT
    site_id,
    day,
    CAST(sum(hits) AS BIGINT) AS hits,
    CAST(sum(bot_hits) AS BIGINT) AS bot_hits,
    CAST(sum(page_views) AS BIGINT) AS page_views
FROM store.pruned_day
GROUP BY site_id, day
