-- title: Hits of missing pages
-- about: A query of the hits of the period that were answered 404 or 410, with their local day with $by 'day'.
-- reads: classified_hits, sites, utc_offsets, $at, $by, $since, $site, $until
SELECT
    hit.site_id,
    hit.status,
    hit.page_id,
    hit.referrer_id,
    hit.client,
    hit.agent_id,
    hit.logged_at,
    hit.counts_as = 'bot' AS is_bot,
    CASE WHEN $by = 'day' THEN CAST(hit.logged_at + utc_offsets.utc_offset AS DATE) END AS day
FROM classified_hits AS hit
JOIN sites ON sites.site_id = hit.site_id
{fragments/with_utc_offset(hit.site_id, hit.logged_at)}
WHERE hit.status IN (404, 410) AND {fragments/in_period(hit.logged_at)}
