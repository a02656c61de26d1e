-- title: Visits
-- about: Visits, visitors and page views by day, week or month, or all in one row. A visit is counted on the local day
-- about: of its first page view, a page view on its own local day. Bots make no visits; --with-bots shows their hits
-- about: in a separate column.
-- reads: day_totals, hit_agents, page_views, sites, visits, $at, $by, $day_since, $limit, $since_day, $site,
-- reads: $until_day, $with_bots
-- params: since date = 30d, until date
-- param by choice(day|week|month|all) = day: A row for each day, week or month, or one for all.
-- param with_bots flag: Also count bots.
-- param without_suspects flag: Leave out visitors listed by `logstats suspects` (default: as in logstats.toml).
-- param limit integer: Show at most N rows; 0 shows all.
-- columns: site, {by}, visits, visitors, page_views, bot_hits if with_bots
WITH clock AS (
    {fragments/clock}
), total AS (
    {fragments/visits/day_totals}
), counted AS (
    SELECT site_id, day, visits, page_views, bot_hits, NULL AS client, NULL AS agent_id
    FROM total
    UNION ALL
    SELECT visits.site_id, visits.day, 0, 0, 0, visits.client, visits.agent_id
    FROM visits
    JOIN clock ON clock.site_id = visits.site_id
    WHERE visits.first_at <= $at
    GROUP BY visits.site_id, visits.day, visits.client, visits.agent_id
), in_period AS (
    SELECT
        clock.site,
        CASE $by
            WHEN 'day' THEN counted.day
            WHEN 'week' THEN {fragments/week_start(counted.day, clock.week_shift)}
            WHEN 'month' THEN {fragments/month_start(counted.day)}
        END AS period,
        counted.visits,
        counted.page_views,
        counted.bot_hits,
        counted.client,
        counted.agent_id
    FROM counted
    JOIN clock ON clock.site_id = counted.site_id
    WHERE counted.day >= $since_day AND counted.day <= $until_day
), visitor AS (
    SELECT
        site, period, client, agent_id,
        sum(visits) AS visits, sum(page_views) AS page_views, sum(bot_hits) AS bot_hits
    FROM in_period
    GROUP BY site, period, client, agent_id
)
SELECT
    site,
    period,
    CAST(sum(visits) AS BIGINT) AS visits,
    count(client) AS visitors,
    CAST(sum(page_views) AS BIGINT) AS page_views,
    CAST(sum(bot_hits) AS BIGINT) AS bot_hits
FROM visitor
GROUP BY site, period
ORDER BY site, period
LIMIT $limit
