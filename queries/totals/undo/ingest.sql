-- title: An ingest to undo
-- about: The run with its log, the runs over the same log before and after it, how many of its hits are pruned, the
-- about: first run that has left out lines because this one has stored them, the import that it came with, and an import
-- about: that has left out its log.
-- reads: store.import, store.ingest, store.pruned_ingest, store.repetition, $ingest_id
WITH other AS (
    SELECT
        max(ingest_id) FILTER (WHERE ingest_id < $ingest_id) AS earlier,
        min(ingest_id) FILTER (WHERE ingest_id > $ingest_id) AS later
    FROM store.ingest
    WHERE source_id = (SELECT source_id FROM store.ingest WHERE ingest_id = $ingest_id)
), pruned AS (
    SELECT CAST(coalesce(sum(hits), 0) AS BIGINT) AS hits
    FROM store.pruned_ingest
    WHERE ingest_id = $ingest_id
), repetition AS (
    SELECT min(ingest_id) AS repeated_by, CAST(sum(lines) AS BIGINT) AS lines
    FROM store.repetition
    WHERE read_by = $ingest_id
), imported AS (
    SELECT
        min(key) FILTER (WHERE list_contains(ingest_ids, $ingest_id)) AS import_key,
        min(key) FILTER (WHERE list_contains(known_ids, $ingest_id)) AS left_out_of
    FROM store.import
)
SELECT
    run.source_id,
    run.path,
    run.from_position,
    run.lines,
    run.hits,
    run.rejects,
    other.earlier,
    other.later,
    pruned.hits AS pruned,
    repetition.repeated_by,
    repetition.lines AS lines_repeated,
    imported.import_key,
    imported.left_out_of
FROM store.ingest AS run, other, pruned, repetition, imported
WHERE run.ingest_id = $ingest_id
