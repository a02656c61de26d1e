-- title: Offsets from UTC
-- about: utc_offsets: how far the local time of each site is ahead of UTC, for each UTC day that has a part of a local day
-- about: with hits. A day on which the clocks change, which they do at whole minutes, has a row for each offset, from an
-- about: instant until another one.
-- reads: store.day_total, store.site
-- makes: utc_offsets
CREATE OR REPLACE TEMP TABLE utc_offsets AS
WITH zone_day AS (
    SELECT DISTINCT site.timezone, CAST(total.day + unnest([-1, 0, 1]) AS TIMESTAMP) AS day_at
    FROM store.site AS site
    JOIN store.day_total AS total ON total.site_id = site.site_id
), minute AS (
    SELECT
        timezone,
        day_at,
        unnest(generate_series(
            day_at + INTERVAL 1 MINUTE, day_at + INTERVAL 1 DAY - INTERVAL 1 MINUTE, INTERVAL 1 MINUTE
        )) AS minute_at
    FROM zone_day
    WHERE (day_at + INTERVAL 1 DAY) AT TIME ZONE 'UTC' AT TIME ZONE timezone
        <> day_at AT TIME ZONE 'UTC' AT TIME ZONE timezone + INTERVAL 1 DAY
), range_start AS (
    SELECT timezone, day_at, day_at AS from_at
    FROM zone_day
    UNION ALL
    SELECT timezone, day_at, minute_at
    FROM minute
    WHERE minute_at AT TIME ZONE 'UTC' AT TIME ZONE timezone
        <> (minute_at - INTERVAL 1 MINUTE) AT TIME ZONE 'UTC' AT TIME ZONE timezone + INTERVAL 1 MINUTE
)
SELECT
    site.site_id,
    CAST(range_start.day_at AS DATE) AS utc_day,
    range_start.from_at,
    lead(range_start.from_at, 1, range_start.day_at + INTERVAL 1 DAY) OVER (
        PARTITION BY site.site_id, range_start.day_at ORDER BY range_start.from_at
    ) AS until_at,
    range_start.from_at AT TIME ZONE 'UTC' AT TIME ZONE range_start.timezone - range_start.from_at AS utc_offset
FROM store.site AS site
JOIN range_start ON range_start.timezone = site.timezone
