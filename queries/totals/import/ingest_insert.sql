-- title: Ingests of an import
-- about: Inserts one ingest for each imported log, which has read all of it.
-- reads: import_log, $at
-- makes: store.ingest
INSERT INTO store.ingest BY NAME
SELECT
    ingest_id, source_id, $at AS started_at, 0 AS from_position, position AS to_position, lines, hits, rejects, path,
    head_hashes, tail_hash, position AS size, ends_mid_line, header, complete, $at AS read_at, repeated, repeated_at_end
FROM import_log
