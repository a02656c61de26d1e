-- title: Page views of suspects that a report leaves out
-- about: The number of page views by suspects in the period of a report.
-- reads: hit_agents, sites, $at, $since, $site, $until
SELECT count(*) AS page_views
FROM hit_agents AS hit
JOIN sites ON sites.site_id = hit.site_id
WHERE hit.counts_as = 'suspect' AND {fragments/in_period(hit.logged_at)}
