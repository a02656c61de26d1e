-- title: Viewers
-- about: viewers: who looked at a page when: page_views without what was looked at, and so without a look at
-- about: every page that the store has met.
-- reads: store.hit
-- makes: viewers
CREATE OR REPLACE TEMP VIEW viewers AS
SELECT site_id, logged_at, client, agent_id
FROM store.hit
WHERE hit_class = 'page view'
