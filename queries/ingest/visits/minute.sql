-- title: A chunk's minutes
-- about: chunk_minute: for each site and minute of the chunk's hits how many there are, and the day in
-- about: the site's zone. Zones turn at whole minutes, so a minute is looked up once instead of every hit.
-- reads: chunk_counted, store.site
-- makes: chunk_minute
CREATE OR REPLACE TEMP TABLE chunk_minute AS
WITH minute AS (
    SELECT
        site_id,
        date_trunc('minute', logged_at) AS minute,
        count(*) AS hits,
        count(*) FILTER (WHERE hit_class = 'bot') AS bot_hits,
        count(*) FILTER (WHERE hit_class = 'page view') AS page_views,
        max(logged_at) AS logged_until
    FROM chunk_counted
    GROUP BY ALL
)
SELECT
    minute.*,
    {fragments/local_day(minute.minute, site.timezone)} AS day
FROM minute
JOIN store.site AS site USING (site_id)
