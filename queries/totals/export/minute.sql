-- title: Minutes of an export
-- about: export_minute: the number of hits of each log, site and minute, with the local day and hour. Offsets of zones are
-- about: whole minutes.
-- reads: export_forgotten, store.site
-- makes: export_minute
CREATE OR REPLACE TEMP TABLE export_minute AS
WITH minute AS (
    SELECT
        log,
        site_id,
        date_trunc('minute', logged_at) AS minute,
        count(*) AS hits,
        count(*) FILTER (WHERE hit_class = 'bot') AS bot_hits,
        count(*) FILTER (WHERE hit_class = 'page view') AS page_views,
        max(logged_at) AS logged_until
    FROM export_forgotten
    GROUP BY ALL
)
SELECT
    minute.*,
    {fragments/local_day(minute.minute, site.timezone)} AS day,
    {fragments/local_hour(minute.minute, site.timezone)} AS hour
FROM minute
JOIN store.site AS site ON site.site_id = minute.site_id
