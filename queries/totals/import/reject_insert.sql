-- title: Rejects of an import
-- about: Inserts the rejects of imported logs, and how many rejects and hits of each are not imported themselves.
-- reads: import_log, import_reject
-- makes: store.pruned_ingest, store.reject
INSERT INTO store.reject
SELECT log.ingest_id, log.source_id, reject.line_number, reject.reason, reject.line
FROM import_reject AS reject
JOIN import_log AS log ON log.log = reject.log;

INSERT INTO store.pruned_ingest
SELECT ingest_id, forgotten_hits, forgotten_rejects FROM import_log
WHERE forgotten_hits > 0 OR forgotten_rejects > 0
