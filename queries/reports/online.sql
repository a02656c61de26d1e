-- title: Who is online, and what they read
-- about: Visits with a page view in the last minutes (the site's online window), by the article they
-- about: looked at last. The rows add up to the figure «online», unless bots are counted in.
-- param with_bots flag: Also count bots.
-- param without_suspects flag: Leave out visitors listed by `logstats suspects` (default: the setting in logstats.toml, otherwise they count).
-- param limit integer: Show at most N rows; 0 shows all.
-- columns: site, article, title, online
WITH looked AS (
    SELECT site_id, article_id, client, agent_id, logged_at FROM page_views
    WHERE logged_at >= $online_since
    UNION ALL
    SELECT site_id, article_id, client, agent_id, logged_at FROM bot_views
    WHERE logged_at >= $online_since AND $with_bots
), latest AS (
    SELECT
        looked.site_id,
        looked.client,
        looked.agent_id,
        arg_max(looked.article_id, (looked.logged_at, looked.article_id)) AS article_id
    FROM looked
    JOIN sites ON sites.site_id = looked.site_id
    WHERE looked.logged_at >= $at - sites.online_window_s * INTERVAL 1 SECOND
        AND looked.logged_at <= $at
        AND ($site IS NULL OR sites.site = $site)
    GROUP BY looked.site_id, looked.client, looked.agent_id
)
SELECT sites.site, articles.article, articles.title, count(*) AS online
FROM latest
JOIN sites ON sites.site_id = latest.site_id
JOIN articles ON articles.article_id = latest.article_id
GROUP BY sites.site, articles.article, articles.title
ORDER BY online DESC, sites.site, articles.article
LIMIT $limit
