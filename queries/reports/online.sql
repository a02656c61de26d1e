-- title: Who is online, and what they read
-- about: Visits with a page view in the last minutes (the site's online window), by the article that they viewed
-- about: last; of several page views in one second that is the last by URL. The rows add up to the figure 'online',
-- about: unless bots are included.
-- reads: articles, bot_views, page_views, sites, $at, $limit, $online_since, $site, $with_bots
-- param with_bots flag: Also count bots.
-- param without_suspects flag: Leave out visitors listed by `logstats suspects` (default: as in logstats.toml).
-- param limit integer: Show at most N rows; 0 shows all.
-- columns: site, article, title, online
-- bar: online
WITH viewed AS (
    SELECT site_id, article_id, client, agent_id, logged_at FROM page_views
    WHERE logged_at >= $online_since
    UNION ALL
    SELECT site_id, article_id, client, agent_id, logged_at FROM bot_views
    WHERE logged_at >= $online_since AND $with_bots
), latest AS (
    SELECT
        viewed.site_id,
        viewed.client,
        viewed.agent_id,
        arg_max(viewed.article_id, (viewed.logged_at, articles.article, viewed.article_id)) AS article_id
    FROM viewed
    JOIN articles ON articles.article_id = viewed.article_id
    JOIN sites ON sites.site_id = viewed.site_id
    WHERE viewed.logged_at >= $at - sites.online_window_s * INTERVAL 1 SECOND
        AND viewed.logged_at <= $at
        AND ($site IS NULL OR sites.site = $site)
    GROUP BY viewed.site_id, viewed.client, viewed.agent_id
)
SELECT sites.site, articles.article, articles.title, count(*) AS online
FROM latest
JOIN sites ON sites.site_id = latest.site_id
JOIN articles ON articles.article_id = latest.article_id
GROUP BY sites.site, articles.article, articles.title
ORDER BY online DESC, sites.site, articles.article
LIMIT $limit
