-- title: The four figures
-- about: Visits online, today, this week, this month and in all, of each site at $at. What was logged
-- about: later is left out. Closed days come from their totals, the day of $at from its visits.
-- reads: baselines, day_totals, sites, viewers, visits, $at, $day_since, $online_since, $site
-- columns: site, timezone, at, online, online_window_s, today, week, month, all_time, logged_until, stale
WITH clock AS (
    SELECT
        site_id,
        site,
        timezone,
        online_window_s,
        logged_until,
        CASE week_start WHEN 'sunday' THEN 1 ELSE 0 END AS week_shift,
        CAST(CAST($at AS TIMESTAMP) AT TIME ZONE 'UTC' AT TIME ZONE timezone AS DATE) AS at_day
    FROM sites
    WHERE $site IS NULL OR site = $site
), baseline AS (
    SELECT clock.site_id, baselines.on_day, baselines.visits
    FROM baselines
    JOIN clock ON clock.site_id = baselines.site_id AND baselines.on_day <= clock.at_day
    QUALIFY row_number() OVER (PARTITION BY clock.site_id ORDER BY baselines.on_day DESC) = 1
), calendar AS (
    SELECT
        clock.site_id,
        clock.at_day,
        CAST(date_trunc('week', clock.at_day + clock.week_shift) AS DATE) - clock.week_shift AS week_day,
        CAST(date_trunc('month', clock.at_day) AS DATE) AS month_day,
        coalesce(baseline.on_day, DATE '0001-01-01') AS counted_from,
        coalesce(baseline.visits, 0) AS counted_before
    FROM clock
    LEFT JOIN baseline ON baseline.site_id = clock.site_id
), today AS (
    SELECT visits.site_id, count(*) AS visits
    FROM visits
    JOIN calendar ON calendar.site_id = visits.site_id AND visits.day = calendar.at_day
    WHERE visits.first_at >= $day_since AND visits.first_at <= $at
    GROUP BY visits.site_id
), closed AS (
    SELECT
        calendar.site_id,
        sum(CASE WHEN total.day >= calendar.week_day THEN total.visits ELSE 0 END) AS week,
        sum(CASE WHEN total.day >= calendar.month_day THEN total.visits ELSE 0 END) AS month,
        sum(CASE WHEN total.day >= calendar.counted_from THEN total.visits ELSE 0 END) AS all_time
    FROM day_totals AS total
    JOIN calendar ON calendar.site_id = total.site_id AND total.day < calendar.at_day
    GROUP BY calendar.site_id
), visitor_online AS (
    SELECT DISTINCT viewers.site_id, viewers.client, viewers.agent_id
    FROM viewers
    JOIN clock ON clock.site_id = viewers.site_id
    WHERE viewers.logged_at >= $online_since
        AND viewers.logged_at >= CAST($at AS TIMESTAMP) - clock.online_window_s * INTERVAL 1 SECOND
        AND viewers.logged_at <= $at
), online AS (
    SELECT site_id, count(*) AS visits
    FROM visitor_online
    GROUP BY site_id
)
SELECT
    clock.site,
    clock.timezone,
    CAST($at AS TIMESTAMP) AS at,
    coalesce(online.visits, 0) AS online,
    clock.online_window_s,
    coalesce(today.visits, 0) AS today,
    CAST(coalesce(closed.week, 0) AS BIGINT) + coalesce(today.visits, 0) AS week,
    CAST(coalesce(closed.month, 0) AS BIGINT) + coalesce(today.visits, 0) AS month,
    CAST(calendar.counted_before + coalesce(closed.all_time, 0) AS BIGINT) + coalesce(today.visits, 0) AS all_time,
    least(clock.logged_until, CAST($at AS TIMESTAMP)) AS logged_until,
    clock.logged_until IS NULL
        OR clock.logged_until < CAST($at AS TIMESTAMP) - clock.online_window_s * INTERVAL 1 SECOND AS stale
FROM clock
JOIN calendar ON calendar.site_id = clock.site_id
LEFT JOIN online ON online.site_id = clock.site_id
LEFT JOIN today ON today.site_id = clock.site_id
LEFT JOIN closed ON closed.site_id = clock.site_id
ORDER BY clock.site
