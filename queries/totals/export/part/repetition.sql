-- title: Lines of an export that another log has
-- about: How many lines of each log were left out because another log of the store has them.
-- reads: export_log, store.ingest, store.repetition
SELECT log.log, other.log AS read_in, CAST(sum(repetition.lines) AS BIGINT) AS lines
FROM store.repetition AS repetition
JOIN store.ingest AS ingest ON ingest.ingest_id = repetition.ingest_id
JOIN store.ingest AS earlier ON earlier.ingest_id = repetition.read_by
JOIN export_log AS log ON log.source_id = ingest.source_id
JOIN export_log AS other ON other.source_id = earlier.source_id
GROUP BY log.log, other.log
ORDER BY log.log, other.log
