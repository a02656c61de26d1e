-- title: Hosts of referrers that are not of the site
-- about: A query of each referrer with each site: its host, '' if it is one of the site's or there is none, and whether
-- about: there is none.
-- reads: referrers, site_host
SELECT
    site_host.site_id,
    referrers.referrer_id,
    CASE WHEN list_contains(site_host.hosts, referrers.host) THEN '' ELSE referrers.host END AS host,
    referrers.host = '' AS is_none
FROM referrers
CROSS JOIN site_host
