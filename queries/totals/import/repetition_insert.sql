-- title: Lines that imported logs have left out
-- about: Inserts which lines of imported logs another log has, of the import or of this store.
-- reads: import_known, import_log, import_repetition
-- makes: store.repetition
INSERT INTO store.repetition
SELECT log.ingest_id, coalesce(other.ingest_id, known.ingest_id), repetition.lines
FROM import_repetition AS repetition
JOIN import_log AS log ON log.log = repetition.log
LEFT JOIN import_log AS other ON other.log = repetition.read_in
LEFT JOIN import_known AS known ON known.log = repetition.read_in
