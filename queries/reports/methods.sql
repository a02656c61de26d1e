-- title: Hits by method
-- about: Hits and bytes of each request method, and its share of all hits in per cent; with --by day on each local day.
-- about: --top N shows only the N methods of each site with the most hits in the whole period.
-- reads: hits, sites, utc_offsets, $at, $by, $limit, $since, $site, $top, $until
-- params: since date = 30d, until date
-- param by choice(method|day) = method: A row for each method, or for each method and day.
-- param top integer: Only the N methods of each site with the most hits in the whole period.
-- param limit integer = 20: Show at most N rows; 0 shows all.
-- columns: site, method, day if by=day, hits, bytes, share if by!=day
-- bar: hits
WITH summed AS (
    SELECT
        hits.site_id,
        sites.site,
        hits.method,
        CASE WHEN $by = 'day' THEN CAST(hits.logged_at + utc_offsets.utc_offset AS DATE) END AS day,
        count(*) AS hits,
        CAST(sum(hits.bytes) AS BIGINT) AS bytes
    FROM hits
    JOIN sites ON sites.site_id = hits.site_id
    {fragments/with_utc_offset(hits.site_id, hits.logged_at)}
    WHERE {fragments/in_period(hits.logged_at)}
    GROUP BY
        hits.site_id,
        sites.site,
        hits.method,
        CASE WHEN $by = 'day' THEN CAST(hits.logged_at + utc_offsets.utc_offset AS DATE) END
), totalled AS (
    SELECT
        *,
        sum(hits) OVER (PARTITION BY site, method) AS all_hits,
        sum(hits) OVER (PARTITION BY site) AS site_hits
    FROM summed
), ranked AS (
    SELECT
        *,
        round(100 * CAST(hits AS DOUBLE) / CAST(site_hits AS DOUBLE), 2) AS share,
        dense_rank() OVER (PARTITION BY site ORDER BY all_hits DESC, method) AS rank
    FROM totalled
)
SELECT site, method, day, hits, bytes, share
FROM ranked
WHERE $top IS NULL OR rank <= $top
ORDER BY day, hits DESC, site, method
LIMIT $limit
