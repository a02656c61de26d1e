-- title: Views of each article
-- about: The views of each article of a site from $first_day up to $at, by the URL by which it is shown, the most viewed
-- about: first.
-- reads: article_days, articles, page_views, sites, $at, $day_since, $first_day, $limit, $min_views, $site
-- columns: article, views
WITH counted AS (
    {fragments/lists/counted}
)
SELECT articles.article, counted.views
FROM counted
JOIN articles ON articles.article_id = counted.article_id
WHERE articles.is_article AND starts_with(articles.article, '/') AND counted.views >= $min_views
ORDER BY counted.views DESC, articles.article
LIMIT $limit
