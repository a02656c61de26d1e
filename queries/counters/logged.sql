-- title: The first and the newest line
-- about: The times of the first hit and of the newest one up to $at of the requested sites, pruned or kept. The first one
-- about: is its day's start where it is pruned. has_later: there are lines after $at.
-- reads: day_totals, hit_agents, sites, $at, $site
WITH site AS (
    SELECT site_id, timezone, logged_until
    FROM sites
    WHERE $site IS NULL OR site = $site
), line AS (
    SELECT min(hit.logged_at) AS first_at, max(CASE WHEN hit.logged_at <= $at THEN hit.logged_at END) AS newest_at
    FROM hit_agents AS hit
    JOIN site ON site.site_id = hit.site_id
), day AS (
    SELECT min(CAST(timezone(site.timezone, CAST(total.day AS TIMESTAMP)) AS TIMESTAMP)) AS first_at
    FROM day_totals AS total
    JOIN site ON site.site_id = total.site_id
), pruned AS (
    SELECT
        max(CASE WHEN logged_until <= $at THEN logged_until END) AS newest_at,
        coalesce(bool_or(logged_until > $at), false) AS has_later
    FROM site
)
SELECT
    coalesce(line.first_at, day.first_at) AS first_at,
    greatest(line.newest_at, pruned.newest_at) AS newest_at,
    pruned.has_later
FROM line, day, pruned
