-- title: Where visitors came from
-- about: Page views by the site (or the URL) that the visitor came from, as the browser sent it, most first. Links
-- about: within the site, by any of its hosts, and page views without a referrer are left out.
-- reads: classified_hits, referrers, sites, $at, $by, $limit, $own_hosts, $since, $site, $until
-- of: people
-- params: since date = 30d, until date
-- param by choice(host|address) = host: A row for each host, or for each URL.
-- param without_suspects flag: Leave out visitors listed by `logstats suspects` (default: as in logstats.toml).
-- param limit integer = 20: Show at most N rows; 0 shows all.
-- columns: site, referrer, views, visitors
-- bar: views
WITH site_host AS (
    {fragments/site_hosts}
), view AS NOT MATERIALIZED (
    SELECT hit.site_id, hit.referrer_id, hit.client, hit.agent_id
    FROM classified_hits AS hit
    JOIN sites ON sites.site_id = hit.site_id
    WHERE hit.counts_as = 'page view' AND {fragments/in_period(hit.logged_at)}
), referred AS MATERIALIZED (
    {fragments/referred(view)}
), foreign_referrer AS MATERIALIZED (
    SELECT
        site_host.site_id,
        site_host.site,
        referred.referrer_id,
        CASE WHEN $by = 'host' THEN referred.host ELSE referred.referrer END AS referrer
    FROM site_host
    JOIN referred ON referred.host <> '' AND NOT list_contains(site_host.hosts, referred.host)
), visitor AS (
    SELECT sent.site, sent.referrer, view.client, view.agent_id, count(*) AS views
    FROM view
    JOIN foreign_referrer AS sent ON sent.site_id = view.site_id AND sent.referrer_id = view.referrer_id
    GROUP BY sent.site, sent.referrer, view.client, view.agent_id
)
SELECT site, referrer, CAST(sum(views) AS BIGINT) AS views, count(*) AS visitors
FROM visitor
GROUP BY site, referrer
ORDER BY views DESC, visitors DESC, site, referrer
LIMIT $limit
