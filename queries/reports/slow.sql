-- title: Slowest pages
-- about: How long answers to page views took, by article or section, with the largest 95th percentile first: of 100
-- about: answers 95 took no longer. Only hits whose line says how long the answer took are counted, of people and of
-- about: bots that asked for a page. Articles with fewer answers than --min-hits are left out, since one slow answer says
-- about: little.
-- reads: articles, hits, pages, sites, $at, $by, $limit, $min_hits, $since, $site, $until
-- params: since date = 7d, until date
-- param by choice(article|section) = article: A row for each article, or for each section.
-- param min_hits integer = 10: Leave out what was answered less often.
-- param limit integer = 20: Show at most N rows; 0 shows all.
-- columns: site, {by}, hits, median_ms, p95_ms, p99_ms, share_over_1s
-- bar: p95_ms
WITH answered AS (
    SELECT
        sites.site,
        CASE $by WHEN 'article' THEN articles.article ELSE articles.section END AS label,
        hits.duration_ms
    FROM hits
    JOIN sites ON sites.site_id = hits.site_id
    JOIN pages ON pages.page_id = hits.page_id
    JOIN articles ON articles.article_id = pages.article_id
    WHERE hits.duration_ms IS NOT NULL
        AND hits.counts_as IN ('page view', 'bot', 'suspect')
        AND {fragments/in_period(hits.logged_at)}
), summed AS (
    SELECT
        site,
        label,
        count(*) AS hits,
        CAST(round(quantile_cont(duration_ms, 0.5)) AS BIGINT) AS median_ms,
        CAST(round(quantile_cont(duration_ms, 0.95)) AS BIGINT) AS p95_ms,
        CAST(round(quantile_cont(duration_ms, 0.99)) AS BIGINT) AS p99_ms,
        round(100 * count(*) FILTER (WHERE duration_ms > 1000) / count(*), 2) AS share_over_1s
    FROM answered
    GROUP BY site, label
)
SELECT site, label, hits, median_ms, p95_ms, p99_ms, share_over_1s
FROM summed
WHERE hits >= $min_hits
ORDER BY p95_ms DESC, hits DESC, site, label
LIMIT $limit
