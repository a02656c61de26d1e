-- title: Visitors who behave unlike people
-- about: suspects: the visitors of each UTC day that match a rule, and their page views of that day. The rules:
-- about: `scanner paths`, three requests for paths that only scanners request and that do not exist; `too many a
-- about: minute`, sixty page views in one minute; `clockwork`, twenty page views whose gaps differ by less than a
-- about: tenth; `no assets`, twenty page views without an image, style or script, on a day on which the site's log
-- about: has more of these than page views. Some suspects may be people, such as a reader with a full cache or with
-- about: many tabs.
-- reads: examined_hits, store.page
-- makes: suspects
CREATE OR REPLACE TEMP VIEW suspects AS
WITH page AS (
    SELECT
        page_id,
        {fragments/suspects/is_scanner_path} AS is_scanned
    FROM store.page
), hit AS (
    SELECT
        hit.site_id,
        hit.client,
        hit.agent_id,
        CAST(hit.logged_at AS DATE) AS day,
        hit.logged_at,
        hit.counts_as = 'page view' AS is_view,
        hit.counts_as = 'asset' AS is_asset,
        page.is_scanned AND hit.status >= 400 AND hit.counts_as <> 'asset' AS is_scanned
    FROM examined_hits AS hit
    JOIN page ON page.page_id = hit.page_id
    WHERE hit.counts_as NOT IN ('bot', 'internal')
), site_day AS (
    SELECT site_id, day, count(*) FILTER (WHERE is_asset) > count(*) FILTER (WHERE is_view) AS has_assets
    FROM hit
    GROUP BY site_id, day
), busiest AS (
    {fragments/suspects/busiest_minute}
), pace AS (
    {fragments/suspects/pace}
), visitor AS (
    SELECT
        site_id,
        client,
        agent_id,
        day,
        count(*) FILTER (WHERE is_view) AS page_views,
        count(*) FILTER (WHERE is_asset) AS assets,
        count(*) FILTER (WHERE is_scanned) AS scanned
    FROM hit
    GROUP BY site_id, client, agent_id, day
), ruled AS (
    SELECT
        visitor.site_id,
        visitor.client,
        visitor.agent_id,
        visitor.day,
        visitor.page_views,
        CASE
            WHEN visitor.scanned >= 3 THEN 'scanner paths'
            WHEN busiest.page_views >= 60 THEN 'too many a minute'
            WHEN visitor.page_views >= 20 AND pace.mean >= 2 AND pace.variance <= 0.01 * pace.mean * pace.mean
                THEN 'clockwork'
            WHEN visitor.page_views >= 20 AND visitor.assets = 0 AND site_day.has_assets THEN 'no assets'
        END AS rule
    FROM visitor
    JOIN site_day ON site_day.site_id = visitor.site_id AND site_day.day = visitor.day
    LEFT JOIN busiest
        ON busiest.site_id = visitor.site_id
        AND busiest.client = visitor.client
        AND busiest.agent_id = visitor.agent_id
        AND busiest.day = visitor.day
    LEFT JOIN pace
        ON pace.site_id = visitor.site_id
        AND pace.client = visitor.client
        AND pace.agent_id = visitor.agent_id
        AND pace.day = visitor.day
)
SELECT site_id, client, agent_id, day, rule, page_views
FROM ruled
WHERE rule IS NOT NULL
