-- title: Page views with their visits
-- about: A query of the page views of the period, each with the first and last instant of its visit; it has no rows
-- about: without $detail. A page view after the end of the preceding visit is of a visit that is left out, such as a
-- about: suspect's.
-- reads: page_views, sites, visits, $at, $detail, $since, $site, $until
WITH moment AS (
    SELECT viewed.site_id, viewed.client, viewed.agent_id, viewed.logged_at, viewed.article_id, 1 AS is_view,
        CAST(NULL AS TIMESTAMP) AS first_at, CAST(NULL AS TIMESTAMP) AS last_at
    FROM page_views AS viewed
    JOIN sites ON sites.site_id = viewed.site_id
    WHERE $detail AND {fragments/in_period(viewed.logged_at)}
    UNION ALL
    SELECT site_id, client, agent_id, first_at AS logged_at, NULL AS article_id, 0 AS is_view, first_at, last_at
    FROM visits
    WHERE $detail AND last_at >= $since AND first_at < $until AND first_at <= $at
), latest AS (
    SELECT
        site_id,
        client,
        agent_id,
        logged_at,
        article_id,
        is_view,
        max(first_at) OVER (
            PARTITION BY site_id, client, agent_id ORDER BY logged_at, is_view
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS first_at,
        max(last_at) OVER (
            PARTITION BY site_id, client, agent_id ORDER BY logged_at, is_view
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS last_at
    FROM moment
)
SELECT site_id, client, agent_id, logged_at, article_id, first_at, last_at
FROM latest
WHERE is_view = 1
