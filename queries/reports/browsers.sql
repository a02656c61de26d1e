-- title: Browsers
-- about: Visits, visitors and page views of each browser, and the share of all visits in per cent. Apps in which people open
-- about: links, such as Zalo and Facebook, are browsers of their own; `Android app` and `iOS app` are apps without a name in
-- about: their user agent, `other` is what no pattern knows. Versions are not shown: browsers no longer send their true one.
-- about: A visit counts on the local day of its first page view. --top N shows only the N of each site with the most visits.
-- reads: agents, sites, utc_offsets, viewers, visits, $at, $by, $limit, $since, $site, $top, $until
-- params: since date = 30d, until date
-- param by choice(browser|day) = browser: A row for each browser, or for each browser and day.
-- param top integer: Only the N browsers of each site with the most visits in the whole period.
-- param without_suspects flag: Leave out visitors listed by `logstats suspects` (default: as in logstats.toml).
-- param limit integer = 20: Show at most N rows; 0 shows all.
-- columns: site, browser, day if by=day, visits, visitors if by!=day, page_views, share if by!=day
-- bar: visits
WITH agent_visits AS (
    {fragments/software/agent_visits}
), named_agent AS (
    SELECT agents.agent_id, coalesce({fragments/software/browser(agents.agent)}, 'other') AS name
    FROM agents
    SEMI JOIN agent_visits ON agent_visits.agent_id = agents.agent_id
), ranked AS (
    {fragments/software/ranked}
)
SELECT site, name AS browser, day, visits, visitors, page_views, share
FROM ranked
WHERE $top IS NULL OR rank <= $top
ORDER BY day, visits DESC, page_views DESC, site, browser
LIMIT $limit
