-- title: Hits by status
-- about: Hits by status, of people and of bots, and the share of each status in all hits, in per cent. By page, the
-- about: pages with each status are shown, most hits first, to find missing pages and errors.
-- reads: hits, sites, $at, $by, $limit, $since, $site, $status, $until
-- params: since date = 7d, until date
-- param status integer: Show only this status.
-- param by choice(status|page) = status: A row for each status, or for each page.
-- param limit integer = 20: Show at most N rows; 0 shows all.
-- columns: site, status, page, hits, bot_hits, share
-- bar: hits
WITH hit AS (
    SELECT
        sites.site,
        hits.status,
        CASE WHEN $by = 'page' THEN hits.target END AS page,
        CASE WHEN hits.counts_as = 'bot' THEN 1 ELSE 0 END AS bot_hits
    FROM hits
    JOIN sites ON sites.site_id = hits.site_id
    WHERE {fragments/in_period(hits.logged_at)}
), total AS (
    SELECT site, count(*) AS hits
    FROM hit
    GROUP BY site
)
SELECT
    hit.site,
    hit.status,
    hit.page,
    count(*) AS hits,
    CAST(sum(hit.bot_hits) AS BIGINT) AS bot_hits,
    round(100 * CAST(count(*) AS DOUBLE) / CAST(max(total.hits) AS DOUBLE), 2) AS share
FROM hit
JOIN total ON total.site = hit.site
WHERE $status IS NULL OR hit.status = $status
GROUP BY hit.site, hit.status, hit.page
ORDER BY hits DESC, hit.site, hit.status, hit.page
LIMIT $limit
