-- title: Days of pruned hits
-- about: pruned_days: how many hits, hits by bots and page views of each local day are pruned.
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
