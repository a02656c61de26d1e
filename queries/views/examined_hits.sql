-- title: The hits by which visitors are judged
-- about: examined_hits: all of them, of which `suspects` tells who behaves unlike a person.
-- reads: store.hit
-- makes: examined_hits
CREATE OR REPLACE TEMP VIEW examined_hits AS
SELECT site_id, client, agent_id, page_id, logged_at, status, hit_class AS counts_as
FROM store.hit
