-- title: Visits that an ingest is part of
-- about: undo_visit: the stored visits that its page views are in, which go.
-- reads: chunk_touched
-- makes: undo_visit
CREATE OR REPLACE TEMP TABLE undo_visit AS
SELECT site_id, client, agent_id, first_at, last_at, day
FROM chunk_touched
