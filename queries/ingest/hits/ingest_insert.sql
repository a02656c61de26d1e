-- title: A new ingest
-- about: Inserts a run over one source, with nothing read yet, and returns its id.
-- reads: store.ingest, $from_position, $path, $read_at, $source_id
-- makes: store.ingest
INSERT INTO store.ingest
SELECT
    coalesce(max(ingest_id), 0) + 1,
    $source_id, $read_at, $from_position, $from_position, 0, 0, 0, $path, [], 0, 0, false, '', false, $read_at, 0, 0
FROM store.ingest
RETURNING ingest_id
