-- title: A chunk's minutes
-- about: chunk_minute: the number of the chunk's hits of each site and minute, and the local day. Offsets of zones
-- about: are whole minutes, so a day is computed once for each minute instead of once for each hit.
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
