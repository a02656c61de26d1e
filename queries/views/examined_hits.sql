-- title: The hits that suspects are found in
-- about: examined_hits: all hits. A report without suspects replaces this view.
-- reads: store.hit
-- makes: examined_hits
CREATE OR REPLACE TEMP VIEW examined_hits AS
SELECT site_id, client, agent_id, page_id, logged_at, status, hit_class AS counts_as
FROM store.hit
