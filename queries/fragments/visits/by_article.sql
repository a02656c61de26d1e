-- title: Visits by article
-- about: A query of how many visits of `edge` each article has, on each day of `edge`, their share of all visits of the
-- about: site in per cent, and the article's rank by its visits on all days. Pages that are not articles are left out.
-- reads: articles, edge, sites
WITH summed AS (
    SELECT site_id, article_id, day, count(*) AS visits, count(*) FILTER (WHERE is_bounce) AS bounces
    FROM edge
    GROUP BY site_id, article_id, day
), totalled AS (
    SELECT
        *,
        sum(visits) OVER (PARTITION BY site_id, article_id) AS all_visits,
        sum(visits) OVER (PARTITION BY site_id) AS site_visits
    FROM summed
)
SELECT
    sites.site,
    articles.article,
    articles.title,
    totalled.day,
    totalled.visits,
    round(100 * CAST(totalled.visits AS DOUBLE) / CAST(totalled.site_visits AS DOUBLE), 2) AS share,
    totalled.bounces,
    dense_rank() OVER (PARTITION BY totalled.site_id ORDER BY totalled.all_visits DESC, articles.article) AS rank
FROM totalled
JOIN articles ON articles.article_id = totalled.article_id
JOIN sites ON sites.site_id = totalled.site_id
WHERE articles.is_article
