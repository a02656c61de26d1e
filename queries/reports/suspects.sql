-- title: Visitors who behave unlike people
-- about: Clients that claim to be browsers but do not act like them, by UTC day: the rule that they match, their
-- about: number, their page views and the share of these in all page views, in per cent. They count as people unless a
-- about: report is run without suspects. By visitor, each is shown with its network, if that is stored.
-- reads: agents, examined_hits, pages, sites, viewers, $at, $by, $limit, $since, $site, $until
-- of: people
-- params: since date = 7d, until date
-- param by choice(rule|visitor) = rule: A row for each rule, or for each visitor.
-- param limit integer = 20: Show at most N rows; 0 shows all.
-- columns: site, rule, network, agent, visitors, page_views, share
-- bar: page_views
WITH day AS (
    SELECT
        CAST(CAST($since AS DATE) AS TIMESTAMP) AS first_at,
        date_trunc('day', least($until - INTERVAL 1 MICROSECOND, $at)) + INTERVAL 1 DAY AS end_at
), examined AS NOT MATERIALIZED (
    SELECT hit.*
    FROM examined_hits AS hit
    JOIN sites ON sites.site_id = hit.site_id
    WHERE hit.logged_at >= (SELECT first_at FROM day) AND hit.logged_at < (SELECT end_at FROM day)
        AND ($site IS NULL OR sites.site = $site)
), suspect AS (
    {fragments/suspects/suspect(examined)}
), site_total AS (
    SELECT site_id, count(*) AS page_views
    FROM viewers
    WHERE logged_at >= (SELECT first_at FROM day) AND logged_at < (SELECT end_at FROM day)
    GROUP BY site_id
), visitor AS (
    SELECT
        suspect.site_id,
        suspect.rule,
        CASE WHEN $by = 'visitor' THEN nullif({fragments/truncated_ip}, '*') END AS network,
        CASE WHEN $by = 'visitor' THEN agents.agent END AS agent,
        suspect.client,
        suspect.page_views
    FROM suspect
    JOIN agents ON agents.agent_id = suspect.agent_id
)
SELECT
    sites.site,
    visitor.rule,
    visitor.network,
    visitor.agent,
    count(*) AS visitors,
    CAST(sum(visitor.page_views) AS BIGINT) AS page_views,
    round(100 * CAST(sum(visitor.page_views) AS DOUBLE) / CAST(max(site_total.page_views) AS DOUBLE), 2) AS share
FROM visitor
JOIN sites ON sites.site_id = visitor.site_id
LEFT JOIN site_total ON site_total.site_id = visitor.site_id
GROUP BY sites.site, visitor.rule, visitor.network, visitor.agent, CASE WHEN $by = 'visitor' THEN visitor.client END
ORDER BY page_views DESC, visitors DESC, sites.site, visitor.rule, visitor.network, visitor.agent
LIMIT $limit
