-- title: Days of pruned hits
-- about: pruned_days: how many hits, hits by bots and page views of each local day are pruned; of how many of these page
-- about: views only the figures were imported.
-- reads: store.pruned_day
-- makes: pruned_days
CREATE OR REPLACE TEMP VIEW pruned_days AS
SELECT
    site_id,
    day,
    CAST(sum(hits) AS BIGINT) AS hits,
    CAST(sum(bot_hits) AS BIGINT) AS bot_hits,
    CAST(sum(page_views) AS BIGINT) AS page_views,
    CAST(coalesce(sum(page_views) FILTER (WHERE import_id IS NOT NULL), 0) AS BIGINT) AS imported_views
FROM store.pruned_day
GROUP BY site_id, day
