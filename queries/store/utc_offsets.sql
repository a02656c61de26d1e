-- title: Offsets from UTC
-- about: utc_offsets: how far the local time of each site is ahead of UTC, from an instant until another one, in UTC. The
-- about: ranges of a site cover all time; the offsets are right on the days that the site has hits of, and on the days
-- about: beside them. Adding an offset to an instant takes a tenth of the time of converting it to a zone.
-- reads: store.day_total, store.site
-- makes: utc_offsets
CREATE OR REPLACE TEMP TABLE utc_offsets AS
WITH RECURSIVE zone AS (
    SELECT
        site.timezone,
        coalesce(min(total.day), DATE '2000-01-01') - 2 AS first_day,
        coalesce(max(total.day), DATE '2000-01-01') + 3 AS last_day
    FROM store.site AS site
    LEFT JOIN store.day_total AS total ON total.site_id = site.site_id
    GROUP BY site.timezone
), step AS (
    SELECT unnest([86400, 3600, 60, 1]) AS step_s, unnest([3600, 60, 1, NULL]) AS next_s
), probe AS (
    SELECT
        timezone,
        CAST(unnest(generate_series(first_day, last_day, INTERVAL 1 DAY)) AS TIMESTAMP) AS from_at,
        86400 AS step_s
    FROM zone
), changed AS (
    SELECT timezone, from_at, step_s
    FROM probe
    WHERE {fragments/utc_offset(from_at, timezone)}
        <> {fragments/utc_offset((from_at + INTERVAL 1 DAY), timezone)}
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
        JOIN step ON step.step_s = changed.step_s AND step.next_s IS NOT NULL
    )
    WHERE {fragments/utc_offset(from_at, timezone)}
        <> {fragments/utc_offset((from_at + step_s * INTERVAL 1 SECOND), timezone)}
), range_start AS (
    SELECT timezone, CAST(first_day AS TIMESTAMP) AS probed_at, TIMESTAMP '0001-01-01' AS from_at
    FROM zone
    UNION ALL
    SELECT timezone, from_at + INTERVAL 1 SECOND, from_at + INTERVAL 1 SECOND
    FROM changed
    WHERE step_s = 1
), bounded AS (
    SELECT
        timezone,
        from_at,
        lead(from_at, 1, TIMESTAMP '9999-12-31') OVER (PARTITION BY timezone ORDER BY from_at) AS until_at,
        {fragments/utc_offset(probed_at, timezone)} AS utc_offset
    FROM range_start
)
SELECT site.site_id, bounded.from_at, bounded.until_at, bounded.utc_offset
FROM store.site AS site
JOIN bounded ON bounded.timezone = site.timezone
