-- title: Visitors who behave unlike people
-- about: A query of the suspects among the hits of `hits`; their rules are those of the view suspects. What a rule needs
-- about: besides counts is read only of the visitors who have enough page views or failed requests for it.
-- reads: pages
-- args: hits
WITH hit AS NOT MATERIALIZED (
    SELECT
        site_id,
        client,
        agent_id,
        page_id,
        CAST(logged_at AS DATE) AS day,
        logged_at,
        counts_as = 'page view' AS is_view,
        counts_as = 'asset' AS is_asset,
        counts_as <> 'asset' AND status >= 400 AS is_failed
    FROM {hits}
    WHERE counts_as NOT IN ('bot', 'internal')
), site_day AS (
    SELECT site_id, day, count(*) FILTER (WHERE is_asset) > count(*) FILTER (WHERE is_view) AS has_assets
    FROM hit
    GROUP BY site_id, day
), visitor AS MATERIALIZED (
    SELECT
        site_id,
        client,
        agent_id,
        day,
        count(*) FILTER (WHERE is_view) AS page_views,
        count(*) FILTER (WHERE is_asset) AS assets,
        count(*) FILTER (WHERE is_failed) AS failed
    FROM hit
    GROUP BY site_id, client, agent_id, day
    HAVING count(*) FILTER (WHERE is_view) >= 20 OR count(*) FILTER (WHERE is_failed) >= 3
), view AS MATERIALIZED (
    SELECT hit.site_id, hit.client, hit.agent_id, hit.day, hit.logged_at
    FROM hit
    SEMI JOIN visitor ON {fragments/suspects/of_visitor(hit)} AND visitor.page_views >= 20
    WHERE hit.is_view
), busiest AS (
    {fragments/suspects/busiest_minute}
), pace AS (
    {fragments/suspects/pace}
), scanned AS (
    {fragments/suspects/scanned}
), ruled AS (
    SELECT
        visitor.site_id,
        visitor.client,
        visitor.agent_id,
        visitor.day,
        visitor.page_views,
        CASE
            WHEN scanned.hits >= 3 THEN 'scanner paths'
            WHEN busiest.page_views >= 60 THEN 'too many a minute'
            WHEN visitor.page_views >= 20 AND pace.mean >= 2 AND pace.variance <= 0.01 * pace.mean * pace.mean
                THEN 'clockwork'
            WHEN visitor.page_views >= 20 AND visitor.assets = 0 AND site_day.has_assets THEN 'no assets'
        END AS rule
    FROM visitor
    JOIN site_day ON site_day.site_id = visitor.site_id AND site_day.day = visitor.day
    LEFT JOIN busiest ON {fragments/suspects/of_visitor(busiest)}
    LEFT JOIN pace ON {fragments/suspects/of_visitor(pace)}
    LEFT JOIN scanned ON {fragments/suspects/of_visitor(scanned)}
)
SELECT site_id, client, agent_id, day, rule, page_views
FROM ruled
WHERE rule IS NOT NULL
