-- title: Views of a period from daily totals
-- about: A query of the views of each article of a site from a local day up to $at. Earlier days are summed from their
-- about: totals, the day of $at is counted from its page views.
-- reads: article_days, page_views, sites, $at, $day_since, $first_day, $site
WITH clock AS (
    {fragments/clock}
), view AS (
    SELECT total.article_id, total.views
    FROM article_days AS total
    JOIN clock ON clock.site_id = total.site_id AND total.day < clock.at_day
    WHERE total.day >= $first_day
    UNION ALL
    SELECT viewed.article_id, 1 AS views
    FROM page_views AS viewed
    JOIN clock ON clock.site_id = viewed.site_id
    WHERE viewed.logged_at >= $day_since AND viewed.logged_at <= $at
        AND {fragments/local_day(viewed.logged_at, clock.timezone)} = clock.at_day
)
SELECT article_id, CAST(sum(views) AS BIGINT) AS views
FROM view
GROUP BY article_id
