-- title: Networks of clients
-- about: Visits, page views and hits of each network, those of bots among the hits, and when it was last seen. IP addresses
-- about: are truncated as in `suspects`: an IPv4 address without its last number, an IPv6 address to its first three groups,
-- about: a host's name without its first part. Clients that are stored as pseudonyms are in one row without a network.
-- reads: classified_hits, sites, visits, $at, $limit, $since, $site, $until
-- params: since date = 30d, until date
-- param without_suspects flag: Leave out visitors listed by `logstats suspects` (default: as in logstats.toml).
-- param limit integer = 20: Show at most N rows; 0 shows all.
-- columns: site, network, visits, page_views, hits, bots, last_seen
-- bar: visits
WITH counted AS (
    SELECT
        hit.site_id,
        hit.client,
        0 AS visits,
        count(*) FILTER (WHERE hit.counts_as = 'page view') AS page_views,
        count(*) AS hits,
        count(*) FILTER (WHERE hit.counts_as = 'bot') AS bots,
        max(hit.logged_at) AS last_seen
    FROM classified_hits AS hit
    JOIN sites ON sites.site_id = hit.site_id
    WHERE {fragments/in_period(hit.logged_at)}
    GROUP BY hit.site_id, hit.client
    UNION ALL
    SELECT visits.site_id, visits.client, count(*), 0, 0, 0, NULL
    FROM visits
    JOIN sites ON sites.site_id = visits.site_id
    WHERE {fragments/in_period(visits.first_at)} AND (sites.hits_from IS NULL OR visits.first_at >= sites.hits_from)
    GROUP BY visits.site_id, visits.client
), client AS (
    SELECT
        site_id, client,
        sum(visits) AS visits, sum(page_views) AS page_views, sum(hits) AS hits, sum(bots) AS bots, max(last_seen) AS last_seen
    FROM counted
    GROUP BY site_id, client
), truncated AS (
    SELECT *, nullif({fragments/truncated_ip}, '*') AS network
    FROM client
), summed AS (
    SELECT
        site_id,
        network,
        CAST(sum(visits) AS BIGINT) AS visits,
        CAST(sum(page_views) AS BIGINT) AS page_views,
        CAST(sum(hits) AS BIGINT) AS hits,
        CAST(sum(bots) AS BIGINT) AS bots,
        max(last_seen) AS last_seen
    FROM truncated
    GROUP BY site_id, network
)
SELECT sites.site, summed.network, summed.visits, summed.page_views, summed.hits, summed.bots, summed.last_seen
FROM summed
JOIN sites ON sites.site_id = summed.site_id
ORDER BY summed.visits DESC, summed.page_views DESC, summed.hits DESC, sites.site, summed.network
LIMIT $limit
