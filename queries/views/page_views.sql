-- title: Page views
-- about: page_views: the page views by people, each with its article.
-- reads: store.hit, store.page
-- makes: page_views
CREATE OR REPLACE TEMP VIEW page_views AS
SELECT hit.site_id, hit.logged_at, hit.client, hit.agent_id, page.article_id
FROM store.hit AS hit
JOIN store.page AS page ON page.page_id = hit.page_id
WHERE hit.hit_class = 'page view'
