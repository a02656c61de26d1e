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
), article_visitor AS (
    SELECT
        site_id,
        article_id,
        client,
        agent_id,
        count(*) AS views,
        count(*) FILTER (view_before IS NULL OR logged_at > view_before + INTERVAL 30 SECOND) AS readings
    FROM view
    GROUP BY site_id, article_id, client, agent_id
), visitor AS (
    SELECT
        looked.site_id,
        CASE WHEN $by = 'article' THEN articles.article_id END AS article_id,
        CASE WHEN $by = 'article' THEN articles.article ELSE articles.section END AS told,
        CASE WHEN $by = 'article' THEN articles.title END AS title,
        looked.client,
        looked.agent_id,
        sum(looked.views) AS views,
        sum(looked.readings) AS readings
    FROM article_visitor AS looked
    JOIN articles ON articles.article_id = looked.article_id
    WHERE articles.is_article
    GROUP BY
        looked.site_id,
        CASE WHEN $by = 'article' THEN articles.article_id END,
        CASE WHEN $by = 'article' THEN articles.article ELSE articles.section END,
        CASE WHEN $by = 'article' THEN articles.title END,
        looked.client,
        looked.agent_id
), article AS (
    SELECT
        site_id, article_id, told, title,
        sum(views) AS views, sum(readings) AS readings, count(*) AS visitors
    FROM visitor
    GROUP BY site_id, article_id, told, title
)
SELECT
    sites.site,
    article.told,
    article.title,
    CAST(article.views AS BIGINT) AS views,
    CAST(article.readings AS BIGINT) AS readings,
    article.visitors
FROM article
JOIN sites ON sites.site_id = article.site_id
ORDER BY views DESC, readings DESC, visitors DESC, sites.site, told
LIMIT $limit
