-- title: Views of the period
-- about: A query of the views, readings and visitors of each row of `listed` in the period of the report; page_views are
-- about: those of people.
-- reads: bot_views, listed, sites, $at, $since, $site, $until, $with_bots
-- args: page_views
WITH viewed AS (
    SELECT site_id, article_id, client, agent_id, logged_at FROM {page_views}
    UNION ALL
    SELECT site_id, article_id, client, agent_id, logged_at FROM bot_views
    WHERE $with_bots
), view AS (
    SELECT
        viewed.site_id,
        viewed.article_id,
        viewed.client,
        viewed.agent_id,
        viewed.logged_at,
        lag(viewed.logged_at) OVER (
            PARTITION BY viewed.site_id, viewed.article_id, viewed.client, viewed.agent_id
            ORDER BY viewed.logged_at
        ) AS view_before
    FROM viewed
    JOIN sites ON sites.site_id = viewed.site_id
    WHERE {fragments/in_period(viewed.logged_at)}
), article_visitor AS (
    SELECT
        site_id,
        article_id,
        client,
        agent_id,
        count(*) AS views,
        count(*) FILTER (WHERE view_before IS NULL OR logged_at > view_before + INTERVAL 30 SECOND) AS readings
    FROM view
    GROUP BY site_id, article_id, client, agent_id
), visitor AS (
    SELECT
        viewed.site_id,
        listed.row_id,
        listed.section,
        sum(viewed.views) AS views,
        sum(viewed.readings) AS readings
    FROM article_visitor AS viewed
    JOIN listed ON listed.article_id = viewed.article_id
    GROUP BY viewed.site_id, listed.row_id, listed.section, viewed.client, viewed.agent_id
)
SELECT site_id, row_id, section, sum(views) AS views, sum(readings) AS readings, count(*) AS visitors
FROM visitor
GROUP BY site_id, row_id, section
