-- title: Page views without suspects
-- about: page_views: without the page views of suspects on a UTC day.
-- reads: suspect, store.hit, store.page
-- makes: page_views
CREATE OR REPLACE TEMP VIEW page_views AS
SELECT hit.site_id, hit.logged_at, hit.client, hit.agent_id, page.article_id
FROM store.hit AS hit
JOIN store.page AS page ON page.page_id = hit.page_id
ANTI JOIN suspect ON {fragments/of_suspect}
WHERE hit.hit_class = 'page view'
