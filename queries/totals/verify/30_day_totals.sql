-- title: the days' totals are those of the hits and visits
-- about: Days whose stored totals differ from the recomputed ones.
-- reads: chunk_day_change, store.day_total, store.site
WITH stored AS (
    SELECT
        site_id,
        day,
        sum(hits) AS hits,
        sum(bot_hits) AS bot_hits,
        sum(page_views) AS page_views,
        sum(visits) AS visits
    FROM store.day_total
    GROUP BY site_id, day
), pair AS (
    SELECT
        coalesce(total.site_id, change.site_id) AS site_id,
        coalesce(total.day, change.day) AS day,
        [total.hits, total.bot_hits, total.page_views, total.visits] AS stored,
        [change.hits, change.bot_hits, change.page_views, change.visits] AS recomputed
    FROM stored AS total
    FULL JOIN chunk_day_change AS change ON change.site_id = total.site_id AND change.day = total.day
)
SELECT
    'hits, bots, page views and visits of ' || site.name || ' on ' || pair.day AS what,
    array_to_string(pair.stored, ', ') AS stored,
    array_to_string(pair.recomputed, ', ') AS recomputed
FROM pair
LEFT JOIN store.site AS site ON site.site_id = pair.site_id
WHERE pair.stored IS DISTINCT FROM pair.recomputed
ORDER BY what
