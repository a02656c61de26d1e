-- title: Visits to merge
-- about: Deletes the stored visits that the chunk touches; the merged ones replace them.
-- reads: chunk_touched
-- makes: store.visit
DELETE FROM store.visit
WHERE rowid IN (SELECT visit_row FROM chunk_touched)
