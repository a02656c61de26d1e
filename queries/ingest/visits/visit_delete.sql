-- title: Visits that were merged into others
-- about: The stored visits that the chunk touched make room for the merged ones.
-- reads: chunk_touched
-- makes: store.visit
DELETE FROM store.visit
WHERE rowid IN (SELECT visit_row FROM chunk_touched)
