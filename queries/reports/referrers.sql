-- title: Where visitors came from
-- about: Page views by the site (or the URL) that the visitor came from, as the browser sent it, most first. Links
-- about: within the site, by any of its hosts, and page views without a referrer are left out.
-- reads: hits, referrers, sites, $at, $by, $limit, $own_hosts, $since, $site, $until
-- of: people
-- params: since date = 30d, until date
-- param by choice(host|address) = host: A row for each host, or for each URL.
-- param without_suspects flag: Leave out visitors listed by `logstats suspects` (default: as in logstats.toml).
-- param limit integer = 20: Show at most N rows; 0 shows all.
-- columns: site, referrer, views, visitors
-- bar: views
WITH named AS (
    {fragments/site_hosts}
), view AS (
    SELECT
        sites.site,
        CASE WHEN $by = 'host' THEN referrers.host ELSE referrers.referrer END AS referrer,
        hits.client,
        hits.agent_id
    FROM hits
    JOIN named AS sites ON sites.site_id = hits.site_id
    JOIN referrers ON referrers.referrer_id = hits.referrer_id
    WHERE hits.counts_as = 'page view'
        AND {fragments/in_period(hits.logged_at)}
        AND referrers.host <> ''
        AND NOT list_contains(sites.hosts, referrers.host)
), visitor AS (
    SELECT site, referrer, client, agent_id, count(*) AS views
    FROM view
    GROUP BY site, referrer, client, agent_id
)
SELECT site, referrer, CAST(sum(views) AS BIGINT) AS views, count(*) AS visitors
FROM visitor
GROUP BY site, referrer
ORDER BY views DESC, visitors DESC, site, referrer
LIMIT $limit
