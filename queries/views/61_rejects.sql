-- title: Rejects
-- about: rejects: each line that was not understood, where it stood and why.
CREATE OR REPLACE TEMP VIEW rejects AS
SELECT reject.source_id, source.site, source.path, reject.line_number, reject.reason, reject.line
FROM store.reject AS reject
JOIN store.source AS source ON source.source_id = reject.source_id
