-- title: Hours of the day
-- about: Visits and page views by the local hour of the day. A visit counts in the hour of its first page view. With
-- about: --by day each day has its own rows, with what happened until the time of day of the report, by which a day that
-- about: is not over is compared: page views of that kind are unknown on a day whose hits are pruned. An hour that the
-- about: clock shows twice is one row. Bots make no visits.
-- reads: pruned_hours, sites, utc_offsets, viewers, visits, $at, $by, $limit, $since, $site, $until
-- params: since date = 30d, until date
-- param by choice(hour|day) = hour: A row for each hour of the day, or for each hour of each day.
-- param without_suspects flag: Leave out visitors listed by `logstats suspects` (default: as in logstats.toml).
-- param limit integer: Show at most N rows; 0 shows all.
-- columns: site, day if by=day, hour, visits, page_views
-- columns: visits_by_clock if by=day, page_views_by_clock if by=day
-- bar: visits
WITH time_of_report AS (
    {fragments/time_of_report}
), moment AS (
    SELECT site_id, first_at AS logged_at, 1 AS visits, 0 AS page_views FROM visits
    UNION ALL
    SELECT site_id, logged_at, 0, 1 FROM viewers
), local_moment AS (
    SELECT
        sites.site,
        CAST(moment.logged_at + utc_offsets.utc_offset AS DATE) AS day,
        CAST(hour(moment.logged_at + utc_offsets.utc_offset) AS INTEGER) AS hour,
        CAST(moment.logged_at + utc_offsets.utc_offset AS TIME) <= time_of_report.time_of_day AS by_clock,
        moment.visits,
        moment.page_views,
        false AS is_pruned
    FROM moment
    JOIN sites ON sites.site_id = moment.site_id
    JOIN time_of_report ON time_of_report.site_id = moment.site_id
    {fragments/with_utc_offset(moment.site_id, moment.logged_at)}
    WHERE {fragments/in_period(moment.logged_at)}
    UNION ALL
    SELECT sites.site, pruned.day, pruned.hour, false, 0, pruned.page_views, true
    FROM pruned_hours AS pruned
    JOIN sites ON sites.site_id = pruned.site_id
    WHERE {fragments/in_period(pruned.begins_at)}
), grained AS (
    SELECT * REPLACE (CASE WHEN $by = 'day' THEN day END AS day)
    FROM local_moment
)
SELECT
    site,
    day,
    hour,
    CAST(sum(visits) AS BIGINT) AS visits,
    CAST(sum(page_views) AS BIGINT) AS page_views,
    CAST(sum(CASE WHEN by_clock THEN visits ELSE 0 END) AS BIGINT) AS visits_by_clock,
    CASE WHEN NOT bool_or(is_pruned) THEN CAST(sum(CASE WHEN by_clock THEN page_views ELSE 0 END) AS BIGINT) END
        AS page_views_by_clock
FROM grained
GROUP BY site, day, hour
ORDER BY site, day, hour
LIMIT $limit
