-- title: Page views without those of suspects
-- about: page_views: as ever, less a suspect's of the UTC day.
CREATE OR REPLACE TEMP VIEW page_views AS
SELECT hit.site_id, hit.logged_at, hit.client, hit.agent_id, page.article_id
FROM store.hit AS hit
JOIN store.page AS page ON page.page_id = hit.page_id
ANTI JOIN suspect
    ON suspect.site_id = hit.site_id
    AND suspect.client = hit.client
    AND suspect.agent_id = hit.agent_id
    AND suspect.day = CAST(hit.logged_at AS DATE)
WHERE hit.counts_as = 'page view'
