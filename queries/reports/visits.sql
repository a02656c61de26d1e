-- title: Visits
-- about: Visits, visitors and page views by day, week or month, or all in one row. A visit is counted on the local day
-- about: of its first page view, a page view on its own local day. Bots make no visits; --with-bots shows their hits
-- about: in a separate column. --compare adds the visits of the same weekdays, until the same time of day, whole weeks
-- about: or 52 weeks before, each on the row of the day that it is compared with, and the change; they are empty where
-- about: the visits of a site do not go back that far.
-- reads: day_totals, hit_agents, page_views, sites, visits, $at, $before_days, $before_until, $by, $day_since, $limit,
-- reads: $since_day, $site, $until_day, $with_bots
-- params: since date = 30d, until date
-- param by choice(day|week|month|all) = day: A row for each day, week or month, or one for all.
-- param with_bots flag: Also count bots.
-- param compare choice(none|previous|year) = none: Also the visits of the weeks before, or of those 52 weeks before.
-- param without_suspects flag: Leave out visitors listed by `logstats suspects` (default: as in logstats.toml).
-- param limit integer: Show at most N rows; 0 shows all.
-- columns: site, {by}, visits, visitors, page_views, bot_hits if with_bots
-- columns: visits_before if compare!=none, change if compare!=none
-- bar: visits
-- total: visits, page_views, bot_hits, visits_before, change
WITH clock AS (
    {fragments/clock}
), total AS (
    {fragments/visits/day_totals}
), site_start AS (
    SELECT site_id, min(day) AS first_day
    FROM day_totals
    GROUP BY site_id
), counted AS (
    SELECT site_id, day, visits, page_views, bot_hits, 0 AS visits_before
    FROM total
    UNION ALL
    SELECT site_id, day + CAST($before_days AS INTEGER), 0, 0, 0, count(*)
    FROM visits
    WHERE first_at < $before_until
    GROUP BY site_id, day
), in_period AS (
    SELECT
        counted.*,
        CASE $by
            WHEN 'day' THEN counted.day
            WHEN 'week' THEN {fragments/week_start(counted.day, clock.week_shift)}
            WHEN 'month' THEN {fragments/month_start(counted.day)}
        END AS period,
        $before_days > 0 AND counted.day - CAST($before_days AS INTEGER) >= site_start.first_day AS is_known
    FROM counted
    JOIN clock ON clock.site_id = counted.site_id
    JOIN site_start ON site_start.site_id = counted.site_id
    WHERE counted.day >= $since_day AND counted.day <= $until_day
), visitors AS (
    {fragments/visits/visitors}
), summed AS (
    SELECT
        site_id,
        period,
        CAST(sum(visits) AS BIGINT) AS visits,
        CAST(sum(page_views) AS BIGINT) AS page_views,
        CAST(sum(bot_hits) AS BIGINT) AS bot_hits,
        CASE WHEN bool_and(is_known) THEN CAST(sum(visits_before) AS BIGINT) END AS visits_before,
        CASE WHEN bool_and(is_known) THEN CAST(sum(visits) - sum(visits_before) AS BIGINT) END AS change
    FROM in_period
    GROUP BY site_id, period
)
SELECT
    clock.site,
    summed.period,
    summed.visits,
    coalesce(visitors.visitors, 0) AS visitors,
    summed.page_views,
    summed.bot_hits,
    summed.visits_before,
    summed.change
FROM summed
JOIN clock ON clock.site_id = summed.site_id
LEFT JOIN visitors ON visitors.site_id = summed.site_id AND visitors.period IS NOT DISTINCT FROM summed.period
ORDER BY clock.site, summed.period
LIMIT $limit
