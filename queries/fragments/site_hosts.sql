-- title: The hosts of each site
-- about: A query of each site with its own hosts: its name, with www. before it, and those of logstats.toml.
-- reads: sites, $own_hosts
WITH spelled AS (
    SELECT site_id, site, {fragments/host(site)} AS host
    FROM sites
)
SELECT
    site_id,
    site,
    list_concat(
        [host, concat('www.', host)],
        list_transform(
            list_filter(CAST($own_hosts AS VARCHAR[]), lambda own: starts_with(own, concat(site, ' '))),
            lambda own: substr(own, length(site) + 2)
        )
    ) AS hosts
FROM spelled
