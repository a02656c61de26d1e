-- title: Operating systems
-- about: Visits, visitors and page views of each operating system, and the share of all visits in per cent. An iPad calls
-- about: itself a Mac unless its reader asks for the mobile site, so most iPads are `macOS`; `other` is what no pattern knows.
-- about: A visit counts on the local day of its first page view. --top N shows only the N of each site with the most visits.
-- reads: agents, sites, utc_offsets, viewers, visits, $at, $by, $limit, $since, $site, $top, $until
-- params: since date = 30d, until date
-- param by choice(system|day) = system: A row for each system, or for each system and day.
-- param top integer: Only the N systems of each site with the most visits in the whole period.
-- param without_suspects flag: Leave out visitors listed by `logstats suspects` (default: as in logstats.toml).
-- param limit integer = 20: Show at most N rows; 0 shows all.
-- columns: site, system, day if by=day, visits, visitors if by!=day, page_views, share if by!=day
-- bar: visits
WITH agent_visits AS (
    {fragments/software/agent_visits}
), named_agent AS (
    SELECT agents.agent_id, coalesce({fragments/software/system(agents.agent)}, 'other') AS name
    FROM agents
    SEMI JOIN agent_visits ON agent_visits.agent_id = agents.agent_id
), ranked AS (
    {fragments/software/ranked}
)
SELECT site, name AS system, day, visits, visitors, page_views, share
FROM ranked
WHERE $top IS NULL OR rank <= $top
ORDER BY day, visits DESC, page_views DESC, site, system
LIMIT $limit
