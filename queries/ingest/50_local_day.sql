-- title: Each minute's local day
-- about: chunk_day: for each site and minute of the chunk's hits the day in the site's zone. Zones turn
-- about: at whole minutes, and a minute is looked up once instead of every hit.
CREATE OR REPLACE TEMP TABLE chunk_day AS
WITH minute AS (
    SELECT DISTINCT site_id, date_trunc('minute', logged_at) AS minute
    FROM chunk_counted
)
SELECT
    minute.site_id,
    minute.minute,
    CAST(minute.minute AT TIME ZONE 'UTC' AT TIME ZONE site.timezone AS DATE) AS day
FROM minute
JOIN store.site AS site USING (site_id)
