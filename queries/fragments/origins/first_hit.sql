-- title: First page views of visits
-- about: A query of the visits that began in the period of the report, each with the referrers of its page views in its
-- about: first second.
-- reads: classified_hits, sites, visits, $at, $since, $site, $until
SELECT visits.site_id, visits.day, visits.client, visits.agent_id, visits.first_at, hit.referrer_id
FROM visits
JOIN sites ON sites.site_id = visits.site_id
JOIN classified_hits AS hit
    ON hit.site_id = visits.site_id
    AND hit.client = visits.client
    AND hit.agent_id = visits.agent_id
    AND hit.logged_at = visits.first_at
WHERE hit.counts_as = 'page view'
    AND {fragments/in_period(visits.first_at)}
    AND {fragments/in_period(hit.logged_at)}
