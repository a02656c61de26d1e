-- title: The four figures
-- about: Visits online, today, this week, this month and of all time, for each site at $at. Lines logged later are
-- about: left out. Earlier days are summed from their totals, the day of $at is counted from its visits.
-- reads: baselines, day_totals, sites, viewers, visits, $at, $day_since, $online_since, $site
-- columns: site, timezone, hits_from, at, online, online_window_s, today, week, month, all_time, logged_until, stale
WITH clock AS (
    {fragments/clock}
), baseline AS (
    {fragments/baseline_in_force}
), calendar AS (
    SELECT
        clock.site_id,
        clock.at_day,
        {fragments/week_start(clock.at_day, clock.week_shift)} AS week_day,
        {fragments/month_start(clock.at_day)} AS month_day,
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
    {fragments/visitor_online}
), online AS (
    SELECT site_id, count(*) AS visits
    FROM visitor_online
    GROUP BY site_id
)
SELECT
    clock.site,
    clock.timezone,
    clock.hits_from,
    CAST($at AS TIMESTAMP) AS at,
    coalesce(online.visits, 0) AS online,
    clock.online_window_s,
    coalesce(today.visits, 0) AS today,
    CAST(coalesce(closed.week, 0) AS BIGINT) + coalesce(today.visits, 0) AS week,
    CAST(coalesce(closed.month, 0) AS BIGINT) + coalesce(today.visits, 0) AS month,
    CAST(calendar.counted_before + coalesce(closed.all_time, 0) AS BIGINT) + coalesce(today.visits, 0) AS all_time,
    least(clock.logged_until, CAST($at AS TIMESTAMP)) AS logged_until,
    clock.is_refused OR clock.logged_until IS NULL OR clock.logged_until < clock.window_from AS stale
FROM clock
JOIN calendar ON calendar.site_id = clock.site_id
LEFT JOIN online ON online.site_id = clock.site_id
LEFT JOIN today ON today.site_id = clock.site_id
LEFT JOIN closed ON closed.site_id = clock.site_id
ORDER BY clock.site
