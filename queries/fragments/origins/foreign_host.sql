-- title: Hosts of referrers that are not of the site
-- about: A query of the referrers of `first_hit` with each site: the host, '' if it is one of the site's or there is none,
-- about: and whether there is none.
-- reads: first_hit, referrers, site_host
WITH referred AS MATERIALIZED (
    {fragments/referred(first_hit)}
)
SELECT
    site_host.site_id,
    referred.referrer_id,
    CASE WHEN list_contains(site_host.hosts, referred.host) THEN '' ELSE referred.host END AS host,
    referred.host = '' AS is_none
FROM referred
CROSS JOIN site_host
