-- title: Offsets from UTC
-- about: utc_offsets: how far the local time of each site is ahead of UTC, for each UTC day that has a part of a local day
-- about: with hits. A day on which the clocks change has a row for each offset, from an instant until another one. Days
-- about: whose offsets differ at their ends are searched by hours, minutes and seconds.
-- reads: store.day_total, store.site
-- makes: utc_offsets
CREATE OR REPLACE TEMP TABLE utc_offsets AS
WITH RECURSIVE zone_day AS (
    SELECT DISTINCT site.timezone, CAST(total.day + unnest([-1, 0, 1]) AS TIMESTAMP) AS day_at
    FROM store.site AS site
    JOIN store.day_total AS total ON total.site_id = site.site_id
), step AS (
    SELECT unnest([86400, 3600, 60]) AS step_s, unnest([3600, 60, 1]) AS next_s
), changed AS (
    SELECT timezone, day_at AS from_at, 86400 AS step_s
    FROM zone_day
    WHERE {fragments/utc_offset(day_at, timezone)} <> {fragments/utc_offset((day_at + INTERVAL 1 DAY), timezone)}
    UNION ALL
    SELECT timezone, from_at, step_s
    FROM (
        SELECT
            changed.timezone,
            unnest(generate_series(
                changed.from_at,
                changed.from_at + (changed.step_s - step.next_s) * INTERVAL 1 SECOND,
                step.next_s * INTERVAL 1 SECOND
            )) AS from_at,
            step.next_s AS step_s
        FROM changed
        JOIN step ON step.step_s = changed.step_s
    )
    WHERE {fragments/utc_offset(from_at, timezone)}
        <> {fragments/utc_offset((from_at + step_s * INTERVAL 1 SECOND), timezone)}
), range_start AS (
    SELECT timezone, CAST(day_at AS DATE) AS utc_day, day_at AS from_at
    FROM zone_day
    UNION ALL
    SELECT timezone, CAST(from_at AS DATE), from_at + INTERVAL 1 SECOND
    FROM changed
    WHERE step_s = 1
), bounded AS (
    SELECT
        timezone,
        utc_day,
        from_at,
        lead(from_at, 1, CAST(utc_day + 1 AS TIMESTAMP)) OVER (PARTITION BY timezone, utc_day ORDER BY from_at) AS until_at,
        {fragments/utc_offset(from_at, timezone)} AS utc_offset
    FROM range_start
)
SELECT site.site_id, bounded.utc_day, bounded.from_at, bounded.until_at, bounded.utc_offset
FROM store.site AS site
JOIN bounded ON bounded.timezone = site.timezone
