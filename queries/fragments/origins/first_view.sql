-- title: First page views of visits
-- about: A query of the visits that began in the period of the report, each with the host that its first page view came
-- about: from, '' where the browser sent none or one of the site's own, and whether it sent none. Of several page views in
-- about: one second, one from elsewhere decides, the first by host.
-- reads: classified_hits, foreign_host, sites, visits, $at, $since, $site, $until
SELECT
    visits.site_id,
    visits.day,
    visits.client,
    visits.agent_id,
    visits.first_at,
    coalesce(min(foreign_host.host) FILTER (WHERE foreign_host.host <> ''), '') AS host,
    bool_and(foreign_host.is_none) AS is_none
FROM visits
JOIN sites ON sites.site_id = visits.site_id
JOIN classified_hits AS hit
    ON hit.site_id = visits.site_id
    AND hit.client = visits.client
    AND hit.agent_id = visits.agent_id
    AND hit.logged_at = visits.first_at
JOIN foreign_host ON foreign_host.site_id = hit.site_id AND foreign_host.referrer_id = hit.referrer_id
WHERE hit.counts_as = 'page view'
    AND {fragments/in_period(visits.first_at)}
    AND {fragments/in_period(hit.logged_at)}
GROUP BY visits.site_id, visits.day, visits.client, visits.agent_id, visits.first_at
