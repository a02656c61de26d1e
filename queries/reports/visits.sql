-- title: Visits
-- about: Visits, visitors and page views by day, week or month, or all in one row. A visit belongs to
-- about: the local day of its first page view, a page view to its own. Bots make no visits; with bots their hits
-- about: stand beside.
-- params: since date = 30d, until date
-- param by choice(day|week|month|all) = day: A row for each day, week or month, or one for all.
-- param with_bots flag: Also count bots.
-- param without_suspects flag: Leave out visitors listed by `logstats suspects` (default: the setting in logstats.toml, otherwise they count).
-- param limit integer: Show at most N rows; 0 shows all.
-- columns: site, {by}, visits, visitors, page_views, bot_hits if with_bots
WITH clock AS (
    SELECT
        site_id,
        site,
        timezone,
        CASE week_start WHEN 'sunday' THEN 1 ELSE 0 END AS week_shift,
        CAST(CAST($at AS TIMESTAMP) AT TIME ZONE 'UTC' AT TIME ZONE timezone AS DATE) AS at_day
    FROM sites
    WHERE $site IS NULL OR site = $site
), closed_day AS (
    SELECT total.site_id, total.day, total.visits, total.page_views, total.bot_hits
    FROM day_totals AS total
    JOIN clock ON clock.site_id = total.site_id AND total.day < clock.at_day
), at_day_visit AS (
    SELECT visits.site_id, visits.day, count(*) AS visits, 0 AS page_views, 0 AS bot_hits
    FROM visits
    JOIN clock ON clock.site_id = visits.site_id AND visits.day = clock.at_day
    WHERE visits.first_at >= $day_since AND visits.first_at <= $at
    GROUP BY visits.site_id, visits.day
), at_day_view AS (
    SELECT page_views.site_id, clock.at_day AS day, 0 AS visits, count(*) AS page_views, 0 AS bot_hits
    FROM page_views
    JOIN clock ON clock.site_id = page_views.site_id
    WHERE page_views.logged_at >= $day_since
        AND page_views.logged_at <= $at
        AND CAST(page_views.logged_at AT TIME ZONE 'UTC' AT TIME ZONE clock.timezone AS DATE) = clock.at_day
    GROUP BY page_views.site_id, clock.at_day
), at_day_bot AS (
    SELECT hit.site_id, clock.at_day AS day, 0 AS visits, 0 AS page_views, count(*) AS bot_hits
    FROM hit_agents AS hit
    JOIN clock ON clock.site_id = hit.site_id
    WHERE hit.counts_as = 'bot'
        AND hit.logged_at >= $day_since
        AND hit.logged_at <= $at
        AND CAST(hit.logged_at AT TIME ZONE 'UTC' AT TIME ZONE clock.timezone AS DATE) = clock.at_day
    GROUP BY hit.site_id, clock.at_day
), total AS (
    SELECT site_id, day, visits, page_views, bot_hits FROM closed_day
    UNION ALL
    SELECT site_id, day, visits, page_views, bot_hits FROM at_day_visit
    UNION ALL
    SELECT site_id, day, visits, page_views, bot_hits FROM at_day_view
    UNION ALL
    SELECT site_id, day, visits, page_views, bot_hits FROM at_day_bot
    WHERE $with_bots
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
            WHEN 'week' THEN
                CAST(date_trunc('week', counted.day + clock.week_shift) AS DATE) - clock.week_shift
            WHEN 'month' THEN CAST(date_trunc('month', counted.day) AS DATE)
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
