-- title: Logs to import
-- about: import_log: the logs of the export that this store does not have, with their new ids.
-- reads: import_known, import_source, store.ingest, store.source
-- makes: import_log
CREATE OR REPLACE TEMP TABLE import_log AS
WITH new AS (
    SELECT * FROM import_source
    WHERE log NOT IN (SELECT log FROM import_known)
)
SELECT
    CAST((SELECT coalesce(max(source_id), 0) FROM store.source) + row_number() OVER (ORDER BY path, log) AS INTEGER)
        AS source_id,
    CAST((SELECT coalesce(max(ingest_id), 0) FROM store.ingest) + row_number() OVER (ORDER BY path, log) AS INTEGER)
        AS ingest_id,
    new.*
FROM new
