-- title: The clients of visits
-- about: The clients of the visits of a period, with whether they are stored as pseudonyms of their site.
-- reads: sites, visits, $at, $since, $site, $until
SELECT
    visits.client,
    min(sites.site) FILTER (WHERE json_extract_string(sites.rules, '$.privacy') = 'hash') AS site_of_pseudonyms
FROM visits
JOIN sites ON sites.site_id = visits.site_id
WHERE {fragments/in_period(visits.first_at)}
GROUP BY visits.client
ORDER BY visits.client
