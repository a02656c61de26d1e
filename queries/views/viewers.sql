-- title: Viewers
-- about: viewers: the time and visitor of each page view, without its page; it is quicker to read than `page_views`.
-- reads: store.hit
-- makes: viewers
CREATE OR REPLACE TEMP VIEW viewers AS
SELECT site_id, logged_at, client, agent_id
FROM store.hit
WHERE hit_class = 'page view'
