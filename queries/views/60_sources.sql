-- title: Sources
-- about: sources: each log by its content, and how far it was read.
CREATE OR REPLACE TEMP VIEW sources AS
SELECT
    source_id, path, site, format, position, lines, hits, rejects, complete, first_read, last_read
FROM store.source
