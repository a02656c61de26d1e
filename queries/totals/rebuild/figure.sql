-- title: Sums of a site's figures
-- about: The page views, the visits, the hits by bots and the number of articles with a view of each site, over all days.
-- reads: store.article_day, store.day_total, store.site
WITH total AS (
    SELECT site_id, sum(page_views) AS page_views, sum(visits) AS visits, sum(bot_hits) AS bot_hits
    FROM store.day_total
    GROUP BY site_id
), article AS (
    SELECT site_id, count(DISTINCT article_id) AS articles
    FROM store.article_day
    GROUP BY site_id
)
SELECT
    site.name,
    CAST(coalesce(total.page_views, 0) AS BIGINT) AS page_views,
    CAST(coalesce(total.visits, 0) AS BIGINT) AS visits,
    CAST(coalesce(total.bot_hits, 0) AS BIGINT) AS bot_hits,
    coalesce(article.articles, 0) AS articles
FROM store.site AS site
LEFT JOIN total ON total.site_id = site.site_id
LEFT JOIN article ON article.site_id = site.site_id
ORDER BY site.name
