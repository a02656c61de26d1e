-- title: Sources of an import
-- about: Inserts each imported log. That the log was refused, or not read to its
-- about: end, is a matter of the machine that has it.
-- reads: import_log
-- makes: store.source
INSERT INTO store.source BY NAME
SELECT
    source_id, path, machine, site, format, head_hashes, tail_hash, block_hashes, position, position AS size,
    ends_mid_line, header, lines, hits, rejects, repeated, repeated_at_end, complete, first_read, last_read
FROM import_log
