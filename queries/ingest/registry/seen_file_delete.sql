-- title: Outdated seen files
-- about: Deletes the rows of files that have changed or vanished.
-- reads: $paths
-- makes: store.seen
DELETE FROM store.seen WHERE path IN (SELECT unnest(CAST($paths AS VARCHAR[])))
