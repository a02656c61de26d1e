-- title: The dominant client of a site
-- about: The client that makes over half of the page views of a period, if these are enough, with its network (null for
-- about: a pseudonym): probably a proxy that is not in the settings.
-- reads: page_views, sites, $at, $enough, $since, $site, $until
WITH counted AS (
    SELECT page_views.client, count(*) AS page_views
    FROM page_views
    JOIN sites ON sites.site_id = page_views.site_id
    WHERE {fragments/in_period(page_views.logged_at)}
    GROUP BY page_views.client
), whole AS (
    SELECT sum(page_views) AS page_views
    FROM counted
)
SELECT nullif({fragments/truncated_ip}, '*') AS network
FROM counted
CROSS JOIN whole
WHERE 2 * counted.page_views > whole.page_views AND whole.page_views >= $enough
