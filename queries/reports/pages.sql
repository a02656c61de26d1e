-- title: Most read pages
-- about: Page views and visitors of each page, as its address was asked for, most read first, with the article that it
-- about: is counted for: what `articles` puts together stands apart here.
-- params: since date = 30d, until date
-- param without_suspects flag: Leave out visitors listed by `logstats suspects` (default: the setting in logstats.toml, otherwise they count).
-- param limit integer = 20: Show at most N rows; 0 shows all.
-- columns: site, page, article, views, visitors
WITH view AS (
    SELECT hits.site_id, hits.page_id, hits.client, hits.agent_id, count(*) AS views
    FROM hits
    JOIN sites ON sites.site_id = hits.site_id
    WHERE hits.counts_as = 'page view'
        AND hits.logged_at >= $since
        AND hits.logged_at < $until
        AND hits.logged_at <= $at
        AND ($site IS NULL OR sites.site = $site)
    GROUP BY hits.site_id, hits.page_id, hits.client, hits.agent_id
), page AS (
    SELECT site_id, page_id, sum(views) AS views, count(*) AS visitors
    FROM view
    GROUP BY site_id, page_id
)
SELECT
    sites.site,
    pages.page,
    articles.article,
    CAST(page.views AS BIGINT) AS views,
    page.visitors
FROM page
JOIN sites ON sites.site_id = page.site_id
JOIN pages ON pages.page_id = page.page_id
LEFT JOIN articles ON articles.article_id = pages.article_id
ORDER BY views DESC, visitors DESC, sites.site, pages.page
LIMIT $limit
