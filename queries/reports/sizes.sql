-- title: Bytes sent
-- about: The bytes of the answers, by page or by what the hits count as, most first, with the mean of the answers whose
-- about: size is logged. Bots' hits are included.
-- reads: hits, sites, $at, $by, $limit, $since, $site, $until
-- params: since date = 7d, until date
-- param by choice(page|class) = page: A row for each page as it was requested, or for each class of hits.
-- param limit integer = 20: Show at most N rows; 0 shows all.
-- columns: site, {by}, hits, bytes, mean_bytes, share
-- bar: bytes
WITH sent AS (
    SELECT
        sites.site,
        CASE $by WHEN 'page' THEN hits.target ELSE CAST(hits.counts_as AS VARCHAR) END AS label,
        count(*) AS hits,
        CAST(coalesce(sum(hits.bytes), 0) AS BIGINT) AS bytes,
        CAST(round(avg(hits.bytes)) AS BIGINT) AS mean_bytes
    FROM hits
    JOIN sites ON sites.site_id = hits.site_id
    WHERE {fragments/in_period(hits.logged_at)}
    GROUP BY sites.site, label
), whole AS (
    SELECT site, sum(bytes) AS bytes
    FROM sent
    GROUP BY site
)
SELECT
    sent.site,
    sent.label,
    sent.hits,
    sent.bytes,
    sent.mean_bytes,
    round(100 * sent.bytes / nullif(whole.bytes, 0), 2) AS share
FROM sent
JOIN whole ON whole.site = sent.site
ORDER BY sent.bytes DESC, sent.site, sent.label
LIMIT $limit
