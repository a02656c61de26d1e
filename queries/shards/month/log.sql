-- title: The logs of a month
-- about: The logs that have lines of a site in the span of its month, each with its key; is_of_month: also in the month.
-- reads: month_span, $first_day, $next_month, $site, {days}, {hits}, {sources}
WITH line AS (
    SELECT DISTINCT log, day FROM read_parquet({days})
    WHERE site = $site
    UNION
    SELECT DISTINCT hit.log, {fragments/local_day(hit.logged_at, span.timezone)} AS day
    FROM read_parquet({hits}) AS hit, month_span AS span
    WHERE hit.site = $site
), found AS (
    SELECT line.log, bool_or(line.day >= $first_day AND line.day < $next_month) AS is_of_month
    FROM line
    JOIN month_span AS span
        ON line.day BETWEEN {fragments/local_day(span.since, span.timezone)}
            AND {fragments/local_day(span.until, span.timezone)}
    GROUP BY line.log
)
SELECT split_part(source.log, '~', 1) AS key, source.path, found.is_of_month
FROM read_parquet({sources}) AS source
JOIN found ON found.log = source.log
ORDER BY source.log
