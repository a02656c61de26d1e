-- title: Hits, those of suspects told apart
-- about: hits: as ever, but a suspect's page views count as 'suspect'.
-- reads: suspect, store.hit, store.method, store.page
-- makes: hits
CREATE OR REPLACE TEMP VIEW hits AS
SELECT
    hit.site_id,
    hit.logged_at,
    hit.client,
    hit.agent_id,
    hit.page_id,
    hit.referrer_id,
    page.target,
    nullif(method.method, '') AS method,
    hit.status,
    hit.bytes,
    CASE
        WHEN suspect.day IS NOT NULL AND hit.counts_as = 'page view' THEN 'suspect'
        ELSE CAST(hit.counts_as AS VARCHAR)
    END AS counts_as
FROM store.hit AS hit
JOIN store.page AS page ON page.page_id = hit.page_id
JOIN store.method AS method ON method.method_id = hit.method_id
LEFT JOIN suspect ON {fragments/of_suspect}
