-- title: Most read articles
-- about: Views, readings and visitors of each article, most read first. One visitor's views of an
-- about: article within 30 seconds of each other are one reading.
-- params: since date = 30d, until date, limit integer = 20
-- columns: site, article, title, views, readings, visitors
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
        ) AS view_before
    FROM page_views
    JOIN sites ON sites.site_id = page_views.site_id
    WHERE page_views.logged_at >= $since
        AND page_views.logged_at < $until
        AND page_views.logged_at <= $at
        AND ($site IS NULL OR sites.site = $site)
), visitor AS (
    SELECT
        site_id,
        article_id,
        client,
        agent_id,
        count(*) AS views,
        count(*) FILTER (view_before IS NULL OR logged_at > view_before + INTERVAL 30 SECOND) AS readings
    FROM view
    GROUP BY site_id, article_id, client, agent_id
), article AS (
    SELECT site_id, article_id, sum(views) AS views, sum(readings) AS readings, count(*) AS visitors
    FROM visitor
    GROUP BY site_id, article_id
)
SELECT
    sites.site,
    articles.article,
    articles.title,
    CAST(article.views AS BIGINT) AS views,
    CAST(article.readings AS BIGINT) AS readings,
    article.visitors
FROM article
JOIN sites ON sites.site_id = article.site_id
JOIN articles ON articles.article_id = article.article_id
ORDER BY views DESC, readings DESC, visitors DESC, sites.site, articles.article
LIMIT $limit
