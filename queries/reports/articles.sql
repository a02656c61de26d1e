-- title: Most read articles
-- about: Views, readings and visitors of each article, or of each section, most read first. On a site with
-- about: rules for what is one article these are articles, elsewhere all pages. One visitor's views of an
-- about: article within 30 seconds of each other are one reading. With bots, what they got counts too, from
-- about: the hits that are kept.
-- params: since date = 30d, until date, by choice(article|section) = article, with_bots flag, limit integer = 20
-- columns: site, {by}, title, views, readings, visitors
WITH looked AS (
    SELECT site_id, article_id, client, agent_id, logged_at FROM page_views
    UNION ALL
    SELECT site_id, article_id, client, agent_id, logged_at FROM bot_views
    WHERE $with_bots
), view AS (
    SELECT
        looked.site_id,
        looked.article_id,
        looked.client,
        looked.agent_id,
        looked.logged_at,
        lag(looked.logged_at) OVER (
            PARTITION BY looked.site_id, looked.article_id, looked.client, looked.agent_id
            ORDER BY looked.logged_at
        ) AS view_before
    FROM looked
    JOIN sites ON sites.site_id = looked.site_id
    WHERE looked.logged_at >= $since
        AND looked.logged_at < $until
        AND looked.logged_at <= $at
        AND ($site IS NULL OR sites.site = $site)
), told AS (
    SELECT
        article_id,
        title,
        CASE WHEN $by = 'article' THEN article ELSE section END AS name,
        CASE WHEN $by = 'article' THEN article_id END AS id
    FROM articles
    WHERE is_article
), visitor AS (
    SELECT
        view.site_id,
        told.id,
        told.name,
        view.client,
        view.agent_id,
        max(CASE WHEN $by = 'article' THEN told.title END) AS title,
        count(*) AS views,
        count(*) FILTER (view_before IS NULL OR logged_at > view_before + INTERVAL 30 SECOND) AS readings
    FROM view
    JOIN told ON told.article_id = view.article_id
    GROUP BY view.site_id, told.id, told.name, view.client, view.agent_id
), article AS (
    SELECT
        site_id, id, name, max(title) AS title,
        sum(views) AS views, sum(readings) AS readings, count(*) AS visitors
    FROM visitor
    GROUP BY site_id, id, name
)
SELECT
    sites.site,
    article.name,
    article.title,
    CAST(article.views AS BIGINT) AS views,
    CAST(article.readings AS BIGINT) AS readings,
    article.visitors
FROM article
JOIN sites ON sites.site_id = article.site_id
ORDER BY views DESC, readings DESC, visitors DESC, sites.site, name
LIMIT $limit
