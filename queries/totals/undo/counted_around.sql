-- title: The page views around an ingest's as they were counted
-- about: chunk_counted: those of other runs in the visits that go.
-- reads: undo_hit_around
-- makes: chunk_counted
CREATE OR REPLACE TEMP VIEW chunk_counted AS
SELECT site_id, logged_at, client, agent_id, page_id, hit_class
FROM undo_hit_around
