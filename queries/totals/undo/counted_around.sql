-- title: Other page views to count
-- about: chunk_counted: the page views of other runs in the visits that are deleted.
-- reads: undo_hit_around
-- makes: chunk_counted
CREATE OR REPLACE TEMP VIEW chunk_counted AS
SELECT site_id, logged_at, client, agent_id, page_id, hit_class
FROM undo_hit_around
