-- title: What moves with the runs
-- about: The hits of the runs that the old site has, those that the new one has already, their pruned hits, and the lines
-- about: that one of these runs and another one have left out because the other has stored them.
-- reads: move_run, store.hit, store.pruned_ingest, store.repetition, $new_id, $old_id
SELECT
    (
        SELECT count(*) FROM store.hit
        WHERE site_id = $old_id AND ingest_id IN (FROM move_run)
    ) AS hits,
    (
        SELECT count(*) FROM store.hit
        WHERE site_id = $new_id AND ingest_id IN (FROM move_run)
    ) AS hits_there,
    (
        SELECT CAST(coalesce(sum(hits), 0) AS BIGINT) FROM store.pruned_ingest
        WHERE ingest_id IN (FROM move_run)
    ) AS pruned,
    (
        SELECT CAST(coalesce(sum(lines), 0) AS BIGINT) FROM store.repetition
        WHERE (ingest_id IN (FROM move_run)) <> (read_by IN (FROM move_run))
    ) AS repeated
