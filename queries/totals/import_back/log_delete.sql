-- title: Logs of an import
-- about: Deletes its logs with their ingests and rejects, and the import itself.
-- reads: store.import, store.ingest, store.source, {import_id}
-- makes: import_ingest, store.gap, store.import, store.ingest, store.pruned_ingest, store.reject, store.repetition,
-- makes: store.source
CREATE OR REPLACE TEMP TABLE import_ingest AS
SELECT unnest(ingest_ids) AS ingest_id FROM store.import
WHERE import_id = {import_id};

DELETE FROM store.reject WHERE ingest_id IN (FROM import_ingest);

DELETE FROM store.pruned_ingest WHERE ingest_id IN (FROM import_ingest);

DELETE FROM store.repetition WHERE ingest_id IN (FROM import_ingest);

DELETE FROM store.source
WHERE source_id IN (SELECT source_id FROM store.ingest WHERE ingest_id IN (FROM import_ingest));

DELETE FROM store.ingest WHERE ingest_id IN (FROM import_ingest);

DELETE FROM store.gap WHERE source_id NOT IN (SELECT source_id FROM store.source);

DELETE FROM store.import WHERE import_id = {import_id}
