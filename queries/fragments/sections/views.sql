-- title: Views of sections in the period
-- about: A query of the views, readings and visitors of each section in the period of the report, by local day with $by
-- about: 'day'. Views of pruned days are the stored ones, whose readings and visitors are unknown.
-- reads: articles, page_views, pruned_article_days, sites, utc_offsets, $at, $by, $since, $site, $until
WITH view AS (
    SELECT
        page_views.site_id,
        page_views.article_id,
        page_views.client,
        page_views.agent_id,
        page_views.logged_at,
        lag(page_views.logged_at) OVER (
            PARTITION BY page_views.site_id, page_views.article_id, page_views.client, page_views.agent_id
            ORDER BY page_views.logged_at
        ) AS view_before,
        CASE WHEN $by = 'day' THEN CAST(page_views.logged_at + utc_offsets.utc_offset AS DATE) END AS day
    FROM page_views
    JOIN sites ON sites.site_id = page_views.site_id
    {fragments/with_utc_offset(page_views.site_id, page_views.logged_at)}
    WHERE {fragments/in_period(page_views.logged_at)}
), article_visitor AS (
    SELECT
        site_id, article_id, client, agent_id, day,
        count(*) AS views,
        count(*) FILTER (WHERE view_before IS NULL OR logged_at > view_before + INTERVAL 30 SECOND) AS readings
    FROM view
    GROUP BY site_id, article_id, client, agent_id, day
), visitor AS (
    SELECT
        viewed.site_id, articles.section, viewed.client, viewed.agent_id, viewed.day,
        sum(viewed.views) AS views, sum(viewed.readings) AS readings
    FROM article_visitor AS viewed
    JOIN articles ON articles.article_id = viewed.article_id
    WHERE articles.is_article
    GROUP BY viewed.site_id, articles.section, viewed.client, viewed.agent_id, viewed.day
), counted AS (
    SELECT site_id, section, day, sum(views) AS views, sum(readings) AS readings, count(*) AS visitors, 0 AS pruned
    FROM visitor
    GROUP BY site_id, section, day
    UNION ALL
    SELECT
        pruned.site_id, articles.section, CASE WHEN $by = 'day' THEN pruned.day END AS day,
        sum(pruned.views), 0, 0, 1
    FROM pruned_article_days AS pruned
    JOIN articles ON articles.article_id = pruned.article_id
    JOIN sites ON sites.site_id = pruned.site_id
    WHERE articles.is_article AND {fragments/whole_day_in_period(pruned.day)}
    GROUP BY pruned.site_id, articles.section, CASE WHEN $by = 'day' THEN pruned.day END
)
SELECT
    site_id,
    section,
    day,
    CAST(sum(views) AS BIGINT) AS views,
    CASE WHEN max(pruned) = 0 THEN CAST(sum(readings) AS BIGINT) END AS readings,
    CASE WHEN max(pruned) = 0 THEN CAST(sum(visitors) AS BIGINT) END AS visitors
FROM counted
GROUP BY site_id, section, day
