-- title: Rejects of an export
-- about: Each reject that is kept, with its log.
-- reads: export_log, store.reject
SELECT log.log, reject.line_number, reject.reason, reject.line
FROM store.reject AS reject
JOIN export_log AS log ON log.source_id = reject.source_id
ORDER BY reject.source_id, reject.line_number
