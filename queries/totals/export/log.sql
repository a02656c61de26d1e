-- title: The names of logs in an export
-- about: export_log: each log, with a name that no log of another export has.
-- reads: store.source, $logs
-- makes: export_log
CREATE OR REPLACE TEMP TABLE export_log AS
SELECT source_id, $logs || '/' || source_id AS log
FROM store.source
