-- title: Where visits came from
-- about: Visits by the site, search engine or app that the first page view came from, most visits first: its name, its host,
-- about: and its channel: `search`, `social`, `site` (another site), `other` (mail, AI assistants and the like) or `direct`.
-- about: A visit is direct where the browser sent no referrer or a host of the site itself. The browsers inside apps such as
-- about: Zalo and Facebook mostly send no referrer; without one, the app is the origin, and there is no host. A visit
-- about: counts on the local day of its first page view. With --by name or channel, what is more detailed is empty.
-- reads: agents, classified_hits, referrers, sites, visits, $at, $by, $limit, $own_hosts, $since, $site, $top, $until
-- of: people
-- params: since date = 30d, until date
-- param by choice(host|name|channel|day) = host: A row for each host, name or channel, or for each host and day.
-- param top integer: Only the N origins of each site with the most visits in the whole period.
-- param without_suspects flag: Leave out visitors listed by `logstats suspects` (default: as in logstats.toml).
-- param limit integer = 20: Show at most N rows; 0 shows all.
-- columns: site, name, host, channel, day if by=day, visits, visitors if by!=day
-- bar: visits
WITH site_host AS (
    {fragments/site_hosts}
), first_hit AS MATERIALIZED (
    {fragments/origins/first_hit}
), foreign_host AS (
    {fragments/origins/foreign_host}
), first_view AS (
    {fragments/origins/first_view}
), named_host AS (
    {fragments/origins/named_hosts}
), app_agent AS (
    {fragments/origins/app_agent}
), named AS (
    SELECT
        first_view.*,
        coalesce(named_host.name, app_agent.name, 'direct') AS name,
        coalesce(named_host.channel, CASE WHEN app_agent.name IS NOT NULL THEN 'social' END, 'direct') AS channel
    FROM first_view
    LEFT JOIN named_host ON named_host.host = first_view.host
    LEFT JOIN app_agent ON app_agent.agent_id = first_view.agent_id AND first_view.is_none
), visitor AS (
    SELECT
        site_id,
        CASE WHEN $by <> 'channel' THEN name END AS name,
        CASE WHEN $by IN ('host', 'day') THEN nullif(host, '') END AS host,
        channel,
        CASE WHEN $by = 'day' THEN day END AS day,
        count(*) AS visits
    FROM named
    GROUP BY
        site_id,
        CASE WHEN $by <> 'channel' THEN name END,
        CASE WHEN $by IN ('host', 'day') THEN nullif(host, '') END,
        channel,
        CASE WHEN $by = 'day' THEN day END,
        client,
        agent_id
), summed AS (
    SELECT site_id, name, host, channel, day, CAST(sum(visits) AS BIGINT) AS visits, count(*) AS visitors
    FROM visitor
    GROUP BY site_id, name, host, channel, day
), totalled AS (
    SELECT *, sum(visits) OVER (PARTITION BY site_id, name, host, channel) AS all_visits
    FROM summed
), ranked AS (
    SELECT *, dense_rank() OVER (PARTITION BY site_id ORDER BY all_visits DESC, name, host, channel) AS rank
    FROM totalled
)
SELECT sites.site, ranked.name, ranked.host, ranked.channel, ranked.day, ranked.visits, ranked.visitors
FROM ranked
JOIN sites ON sites.site_id = ranked.site_id
WHERE $top IS NULL OR ranked.rank <= $top
ORDER BY ranked.day, ranked.visits DESC, sites.site, ranked.name, ranked.host, ranked.channel
LIMIT $limit
