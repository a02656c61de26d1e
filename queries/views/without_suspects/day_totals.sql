-- title: Days without suspects
-- about: day_totals: without the page views and visits of suspects.
-- reads: suspect, store.day_total, store.hit, store.site, store.visit
-- makes: day_totals
CREATE OR REPLACE TEMP VIEW day_totals AS
WITH gone AS (
    SELECT
        hit.site_id,
        {fragments/local_day(hit.logged_at, site.timezone)} AS day,
        1 AS page_views,
        0 AS visits
    FROM store.hit AS hit
    JOIN store.site AS site ON site.site_id = hit.site_id
    SEMI JOIN suspect ON {fragments/of_suspect}
    WHERE hit.hit_class = 'page view'
    UNION ALL
    SELECT visit.site_id, visit.day, 0, 1
    FROM store.visit AS visit
    SEMI JOIN suspect
        ON suspect.site_id = visit.site_id
        AND suspect.client = visit.client
        AND suspect.agent_id = visit.agent_id
        AND suspect.day = CAST(visit.first_at AS DATE)
), gone_day AS (
    SELECT site_id, day, sum(page_views) AS page_views, sum(visits) AS visits
    FROM gone
    GROUP BY site_id, day
)
SELECT
    total.site_id,
    total.day,
    total.hits,
    total.bot_hits,
    CAST(total.page_views - coalesce(gone_day.page_views, 0) AS BIGINT) AS page_views,
    CAST(total.visits - coalesce(gone_day.visits, 0) AS BIGINT) AS visits
FROM store.day_total AS total
LEFT JOIN gone_day ON gone_day.site_id = total.site_id AND gone_day.day = total.day
