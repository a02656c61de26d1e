-- title: Gaps in the logs
-- about: Spans without any line that are over 6 times as long as usual: as the median of the longest such spans that began
-- about: at that hour on the days of the period, and over 5 minutes. The server may have been down, or its log is
-- about: missing. expected_hits is how many there are on average in such a time. A gap up to the time of the report has no
-- about: end yet.
-- reads: hit_agents, sites, $at, $limit, $since, $site, $until
-- params: since date = 30d, until date
-- param limit integer = 20: Show at most N rows; 0 shows all.
-- columns: site, from_at, to_at, minutes, expected_hits
-- bar: minutes
WITH minute AS (
    SELECT hit.site_id, min(hit.logged_at) AS first_at, max(hit.logged_at) AS last_at, count(*) AS hits
    FROM hit_agents AS hit
    JOIN sites ON sites.site_id = hit.site_id
    WHERE {fragments/in_period(hit.logged_at)}
    GROUP BY hit.site_id, date_trunc('minute', hit.logged_at)
), span AS (
    SELECT site_id, min(first_at) AS first_at, least($at, $until) AS end_at
    FROM minute
    GROUP BY site_id
), silence AS (
    SELECT
        minute.site_id,
        minute.hits,
        minute.last_at AS from_at,
        lead(minute.first_at) OVER (PARTITION BY minute.site_id ORDER BY minute.first_at) AS to_at,
        coalesce(to_at, span.end_at) AS until_at
    FROM minute
    JOIN span ON span.site_id = minute.site_id
), longest AS (
    SELECT
        silence.site_id,
        {fragments/local_day(silence.from_at, sites.timezone)} AS day,
        {fragments/local_hour(silence.from_at, sites.timezone)} AS hour,
        max(epoch(silence.until_at - silence.from_at)) AS seconds,
        sum(silence.hits) AS hits
    FROM silence
    JOIN sites ON sites.site_id = silence.site_id
    GROUP BY silence.site_id, day, hour
), usual AS (
    SELECT
        longest.site_id,
        longest.hour,
        median(longest.seconds) AS seconds,
        sum(longest.hits) / any_value(ceil(epoch(span.end_at - span.first_at) / 86400)) / 3600 AS hits_per_second
    FROM longest
    JOIN span ON span.site_id = longest.site_id
    GROUP BY longest.site_id, longest.hour
), gap AS (
    SELECT silence.site_id, silence.from_at, silence.to_at, silence.until_at
    FROM silence
    JOIN sites ON sites.site_id = silence.site_id
    JOIN usual
        ON usual.site_id = silence.site_id AND usual.hour = {fragments/local_hour(silence.from_at, sites.timezone)}
    WHERE epoch(silence.until_at - silence.from_at) > greatest(300, 6 * usual.seconds)
), gap_hour AS (
    SELECT *, unnest(generate_series(date_trunc('hour', from_at), until_at, INTERVAL 1 HOUR)) AS hour_at
    FROM gap
), expected AS (
    SELECT
        gap.site_id,
        gap.from_at,
        sum({fragments/seconds_within(gap.hour_at, gap.from_at, gap.until_at)} * usual.hits_per_second) AS hits
    FROM gap_hour AS gap
    JOIN sites ON sites.site_id = gap.site_id
    JOIN usual
        ON usual.site_id = gap.site_id AND usual.hour = {fragments/local_hour(gap.hour_at, sites.timezone)}
    GROUP BY gap.site_id, gap.from_at
)
SELECT
    sites.site,
    gap.from_at,
    gap.to_at,
    CAST(floor(epoch(gap.until_at - gap.from_at) / 60) AS BIGINT) AS minutes,
    CAST(round(coalesce(expected.hits, 0)) AS BIGINT) AS expected_hits
FROM gap
JOIN sites ON sites.site_id = gap.site_id
LEFT JOIN expected ON expected.site_id = gap.site_id AND expected.from_at = gap.from_at
ORDER BY minutes DESC, sites.site, gap.from_at
LIMIT $limit
