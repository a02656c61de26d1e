-- title: Visits with page views of an ingest
-- about: undo_visit: the stored visits that contain page views of the ingest; they are deleted.
-- reads: chunk_touched
-- makes: undo_visit
CREATE OR REPLACE TEMP TABLE undo_visit AS
SELECT site_id, client, agent_id, first_at, last_at, day
FROM chunk_touched
