-- title: Kinds of devices
-- about: Visits, visitors and page views of phones, tablets, desktop computers (`desktop`), televisions (`TV`) and consoles,
-- about: and the share of all visits in per cent. An iPad calls itself a Mac unless its reader asks for the mobile site, so
-- about: most iPads are `desktop`; `other` is what no pattern knows.
-- about: A visit counts on the local day of its first page view. --top N shows only the N of each site with the most visits.
-- reads: agents, sites, utc_offsets, viewers, visits, $at, $by, $limit, $since, $site, $top, $until
-- params: since date = 30d, until date
-- param by choice(device|day) = device: A row for each device, or for each device and day.
-- param top integer: Only the N devices of each site with the most visits in the whole period.
-- param without_suspects flag: Leave out visitors listed by `logstats suspects` (default: as in logstats.toml).
-- param limit integer = 20: Show at most N rows; 0 shows all.
-- columns: site, device, day if by=day, visits, visitors if by!=day, page_views, share if by!=day
-- bar: visits
WITH agent_visits AS (
    {fragments/software/agent_visits}
), named_agent AS (
    SELECT agents.agent_id, coalesce({fragments/software/device(agents.agent)}, 'other') AS name
    FROM agents
    SEMI JOIN agent_visits ON agent_visits.agent_id = agents.agent_id
), ranked AS (
    {fragments/software/ranked}
)
SELECT site, name AS device, day, visits, visitors, page_views, share
FROM ranked
WHERE $top IS NULL OR rank <= $top
ORDER BY day, visits DESC, page_views DESC, site, device
LIMIT $limit
