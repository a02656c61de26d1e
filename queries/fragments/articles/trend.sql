-- title: Views of each day
-- about: A query of the views of each row of `listed` on each local day of the period, as a list that ends with the
-- about: last day of the period, and begins with its first day or the site's first known day. It has no rows without
-- about: $trend.
-- reads: bot_views, known, listed, page_views, sites, utc_offsets, $at, $since, $site, $trend, $until, $with_bots
WITH viewed AS (
    SELECT site_id, article_id, logged_at FROM page_views
    UNION ALL
    SELECT site_id, article_id, logged_at FROM bot_views
    WHERE $with_bots
), local_view AS (
    SELECT
        viewed.site_id,
        listed.row_id,
        listed.section,
        CAST(viewed.logged_at + utc_offsets.utc_offset AS DATE) AS day
    FROM viewed
    JOIN listed ON listed.article_id = viewed.article_id
    JOIN sites ON sites.site_id = viewed.site_id
    {fragments/with_utc_offset(viewed.site_id, viewed.logged_at)}
    WHERE $trend AND {fragments/in_period(viewed.logged_at)}
), day_view AS (
    SELECT site_id, row_id, section, day, count(*) AS views
    FROM local_view
    GROUP BY site_id, row_id, section, day
), bounds AS (
    SELECT
        sites.site_id,
        greatest(known.known_from, {fragments/local_day(CAST($since AS TIMESTAMP), sites.timezone)}) AS first_day,
        least(
            {fragments/local_day(CAST($at AS TIMESTAMP), sites.timezone)},
            {fragments/local_day((CAST($until AS TIMESTAMP) - INTERVAL 1 MICROSECOND), sites.timezone)}
        ) AS last_day
    FROM sites
    JOIN known ON known.site_id = sites.site_id
    WHERE $trend
), day AS (
    SELECT site_id, CAST(unnest(generate_series(first_day, last_day, INTERVAL 1 DAY)) AS DATE) AS day
    FROM bounds
), row AS (
    SELECT DISTINCT site_id, row_id, section
    FROM day_view
)
SELECT
    row.site_id, row.row_id, row.section, list(coalesce(day_view.views, 0) ORDER BY day.day) AS views
FROM row
JOIN day ON day.site_id = row.site_id
LEFT JOIN day_view
    ON day_view.site_id = row.site_id
    AND day_view.row_id = row.row_id
    AND day_view.section = row.section
    AND day_view.day = day.day
GROUP BY row.site_id, row.row_id, row.section
