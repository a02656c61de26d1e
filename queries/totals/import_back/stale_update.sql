-- title: Imports that relied on another one
-- about: Marks the imports that have left out logs because this one had them: they are to be imported again.
-- reads: store.import, $import_id
-- makes: store.import
UPDATE store.import AS other
SET version = ''
FROM store.import AS own
WHERE own.import_id = $import_id AND list_has_any(other.known_ids, own.ingest_ids)
RETURNING other.key
