-- title: Rejects
-- about: rejects: each line that is not a hit, with the run that read it, its position in the log and the reason.
-- about: `is_header` marks header lines, which are no fault.
-- reads: store.reject, store.source
-- makes: rejects
CREATE OR REPLACE TEMP VIEW rejects AS
SELECT
    reject.ingest_id, reject.source_id, source.site, source.path, reject.line_number, reject.reason, reject.line,
    reject.reason = {fragments/header_line} AS is_header
FROM store.reject AS reject
JOIN store.source AS source ON source.source_id = reject.source_id
