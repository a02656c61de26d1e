-- title: A period beside an earlier one
-- about: Visits, visitors, page views and hits by bots of the period and of an earlier one: the same weekdays, until the
-- about: same time of day, whole weeks before (--compare). A figure is empty where the hits that it is counted from do
-- about: not go back that far, or are pruned.
-- reads: day_totals, hit_agents, sites, viewers, visits, $at, $before, $before_until, $limit, $since, $site, $until
-- of: people
-- params: since date = 7d, until date
-- param compare choice(previous|year) = previous: With the weeks before, or with those 52 weeks before.
-- param without_suspects flag: Leave out visitors listed by `logstats suspects` (default: as in logstats.toml).
-- param limit integer: Show at most N rows; 0 shows all.
-- columns: site, figure, now, before, change, percent
WITH period AS (
    SELECT false AS is_before, $since AS since, least($until, $at + INTERVAL 1 MICROSECOND) AS until
    UNION ALL
    SELECT true, $before, $before_until
), site AS (
    SELECT
        sites.site_id,
        sites.site,
        {fragments/day_begins(min(total.day), sites.timezone)} AS first_at,
        sites.hits_from AS kept_from
    FROM sites
    JOIN day_totals AS total ON total.site_id = sites.site_id
    WHERE $site IS NULL OR sites.site = $site
    GROUP BY sites.site_id, sites.site, sites.timezone, sites.hits_from
), seen AS (
    SELECT period.is_before, visits.site_id, visits.client, visits.agent_id, 1 AS visits, 0 AS page_views, 0 AS bot_hits
    FROM visits
    JOIN period ON visits.first_at >= period.since AND visits.first_at < period.until
    UNION ALL
    SELECT period.is_before, viewers.site_id, NULL, NULL, 0, 1, 0
    FROM viewers
    JOIN period ON viewers.logged_at >= period.since AND viewers.logged_at < period.until
    UNION ALL
    SELECT period.is_before, hit.site_id, NULL, NULL, 0, 0, 1
    FROM hit_agents AS hit
    JOIN period ON hit.logged_at >= period.since AND hit.logged_at < period.until
    WHERE hit.counts_as = 'bot'
), counted AS (
    SELECT
        site.site,
        period.is_before,
        NOT period.is_before OR site.first_at <= period.since AS has_visits,
        has_visits AND coalesce(site.kept_from <= period.since, true) AS has_hits,
        coalesce(sum(seen.visits), 0) AS visits,
        count(DISTINCT (seen.client, seen.agent_id)) FILTER (WHERE seen.visits = 1) AS visitors,
        coalesce(sum(seen.page_views), 0) AS page_views,
        coalesce(sum(seen.bot_hits), 0) AS bot_hits
    FROM site
    CROSS JOIN period
    LEFT JOIN seen ON seen.site_id = site.site_id AND seen.is_before = period.is_before
    GROUP BY site.site, period.is_before, period.since, site.first_at, site.kept_from
), figure AS (
    SELECT
        site,
        is_before,
        unnest(range(4)) AS position,
        unnest(['visits', 'visitors', 'page_views', 'bot_hits']) AS figure,
        unnest([has_visits, has_visits, has_hits, has_hits]) AS is_known,
        unnest([visits, visitors, page_views, bot_hits]) AS amount
    FROM counted
), paired AS (
    SELECT
        site,
        position,
        figure,
        CAST(max(CASE WHEN NOT is_before AND is_known THEN amount END) AS BIGINT) AS now,
        CAST(max(CASE WHEN is_before AND is_known THEN amount END) AS BIGINT) AS before
    FROM figure
    GROUP BY site, position, figure
)
SELECT site, figure, now, before, now - before AS change, round(100 * (now - before) / nullif(before, 0), 1) AS percent
FROM paired
ORDER BY site, position
LIMIT $limit
