-- title: Viewers without suspects
-- about: viewers: without the page views of suspects on a UTC day.
-- reads: suspect, store.hit
-- makes: viewers
CREATE OR REPLACE TEMP VIEW viewers AS
SELECT hit.site_id, hit.logged_at, hit.client, hit.agent_id
FROM store.hit AS hit
ANTI JOIN suspect ON {fragments/of_suspect}
WHERE hit.hit_class = 'page view'
