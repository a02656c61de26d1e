-- title: Last articles of visits
-- about: A query of the visits that ended in the period of the report, each with its last article and the local day of
-- about: that page view. Of several page views in one second the last by URL counts. A visit that may still continue
-- about: is left out.
-- reads: articles, page_views, sites, visits, $at, $by, $since, $site, $until
SELECT
    visits.site_id,
    visits.client,
    visits.agent_id,
    visits.first_at,
    arg_max(articles.article_id, (articles.article, articles.article_id)) AS article_id,
    any_value(CASE WHEN $by = 'day' THEN {fragments/local_day(visits.last_at, sites.timezone)} END) AS day,
    any_value(
        visits.page_views = 1 AND visits.first_at + sites.visit_gap_s * INTERVAL 1 SECOND < $at
    ) AS is_bounce
FROM visits
JOIN sites ON sites.site_id = visits.site_id
JOIN page_views
    ON page_views.site_id = visits.site_id
    AND page_views.client = visits.client
    AND page_views.agent_id = visits.agent_id
    AND page_views.logged_at = visits.last_at
JOIN articles ON articles.article_id = page_views.article_id
WHERE {fragments/in_period(visits.last_at)}
    AND {fragments/in_period(page_views.logged_at)}
    AND visits.last_at + sites.visit_gap_s * INTERVAL 1 SECOND < $at
GROUP BY visits.site_id, visits.client, visits.agent_id, visits.first_at
