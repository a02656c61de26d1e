-- title: Who is online, and what they read
-- about: Visits with a page view in the last minutes (the site's online window), by the article they
-- about: looked at last. The rows add up to the figure «online».
-- params: limit integer
-- columns: site, article, title, online
WITH latest AS (
    SELECT
        page_views.site_id,
        page_views.client,
        page_views.agent_id,
        arg_max(page_views.article_id, (page_views.logged_at, page_views.article_id)) AS article_id
    FROM page_views
    JOIN sites ON sites.site_id = page_views.site_id
    WHERE page_views.logged_at >= $at_reach
        AND page_views.logged_at >= $at - sites.online_window_s * INTERVAL 1 SECOND
        AND page_views.logged_at <= $at
        AND ($site IS NULL OR sites.site = $site)
    GROUP BY page_views.site_id, page_views.client, page_views.agent_id
)
SELECT sites.site, articles.article, articles.title, count(*) AS online
FROM latest
JOIN sites ON sites.site_id = latest.site_id
JOIN articles ON articles.article_id = latest.article_id
GROUP BY sites.site, articles.article, articles.title
ORDER BY online DESC, sites.site, articles.article
LIMIT $limit
