-- title: Runs to move
-- about: move_run: the runs over these logs, and these other runs.
-- reads: store.ingest, $ingest_ids, $source_ids
-- makes: move_run
CREATE OR REPLACE TEMP TABLE move_run AS
SELECT ingest_id
FROM store.ingest
WHERE source_id IN (SELECT unnest(CAST($source_ids AS INTEGER[])))
    OR ingest_id IN (SELECT unnest(CAST($ingest_ids AS INTEGER[])))
