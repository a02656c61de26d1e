-- title: Most read pages
-- about: Page views and visitors of each page, most read first, with the article that it counts for. Unlike
-- about: `articles`, different URLs of the same article are listed separately.
-- reads: articles, hits, pages, sites, $at, $limit, $since, $site, $until
-- of: people
-- params: since date = 30d, until date
-- param without_suspects flag: Leave out visitors listed by `logstats suspects` (default: as in logstats.toml).
-- param limit integer = 20: Show at most N rows; 0 shows all.
-- columns: site, page, article, views, visitors
-- bar: views
WITH view AS (
    SELECT hits.site_id, hits.page_id, hits.client, hits.agent_id, count(*) AS views
    FROM hits
    JOIN sites ON sites.site_id = hits.site_id
    WHERE hits.counts_as = 'page view'
        AND {fragments/in_period(hits.logged_at)}
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
