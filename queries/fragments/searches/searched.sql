-- title: Page views of the period
-- about: A query of the page views of people in the period of the report.
-- reads: classified_hits, sites, $at, $since, $site, $until
SELECT hit.site_id, hit.client, hit.agent_id, hit.logged_at, hit.page_id
FROM classified_hits AS hit
JOIN sites ON sites.site_id = hit.site_id
WHERE hit.counts_as = 'page view' AND {fragments/in_period(hit.logged_at)}
