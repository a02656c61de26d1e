-- title: Days of the week
-- about: Visits by the day of the week, 1 for Monday to 7 for Sunday, or by its hours, and their average. Only whole
-- about: days count: days that begin in the period and are over, from the first day on that a site has. A visit counts on
-- about: the day, and in the hour, of its first page view.
-- reads: day_totals, sites, visits, $at, $by, $limit, $since, $site, $until
-- params: since date = 91d, until date
-- param by choice(weekday|hour) = weekday: A row for each weekday, or for each of its hours.
-- param without_suspects flag: Leave out visitors listed by `logstats suspects` (default: as in logstats.toml).
-- param limit integer: Show at most N rows; 0 shows all.
-- columns: site, weekday, hour if by=hour, days, visits, visits_per_day
-- bar: visits_per_day
WITH known AS (
    SELECT sites.site_id, sites.site, sites.timezone, min(total.day) AS first_day
    FROM day_totals AS total
    JOIN sites ON sites.site_id = total.site_id
    WHERE $site IS NULL OR sites.site = $site
    GROUP BY sites.site_id, sites.site, sites.timezone
), calendar AS (
    SELECT
        site_id,
        timezone,
        CAST(unnest(generate_series(
            CAST(first_day AS TIMESTAMP),
            CAST({fragments/local_day(CAST($at AS TIMESTAMP), timezone)} - 1 AS TIMESTAMP),
            INTERVAL 1 DAY
        )) AS DATE) AS day
    FROM known
), whole_day AS (
    SELECT site_id, day
    FROM calendar
    WHERE {fragments/day_begins(day, timezone)} >= $since AND {fragments/day_begins(day + 1, timezone)} <= $until
), grain AS (
    SELECT unnest(CASE $by WHEN 'hour' THEN range(24) ELSE [-1] END) AS hour
), slot AS (
    SELECT whole_day.site_id, isodow(whole_day.day) AS weekday, grain.hour, count(*) AS days
    FROM whole_day, grain
    GROUP BY ALL
), counted AS (
    SELECT
        visits.site_id,
        isodow(visits.day) AS weekday,
        CASE $by WHEN 'hour' THEN {fragments/local_hour(visits.first_at, sites.timezone)} ELSE -1 END AS hour,
        count(*) AS visits
    FROM visits
    JOIN sites ON sites.site_id = visits.site_id
    JOIN whole_day ON whole_day.site_id = visits.site_id AND whole_day.day = visits.day
    GROUP BY ALL
)
SELECT
    known.site,
    slot.weekday,
    slot.hour,
    slot.days,
    coalesce(counted.visits, 0) AS visits,
    round(coalesce(counted.visits, 0) / slot.days, 2) AS visits_per_day
FROM slot
JOIN known ON known.site_id = slot.site_id
LEFT JOIN counted
    ON counted.site_id = slot.site_id AND counted.weekday = slot.weekday AND counted.hour = slot.hour
ORDER BY known.site, slot.weekday, slot.hour
LIMIT $limit
