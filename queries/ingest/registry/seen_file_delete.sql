-- title: What files were
-- about: Files of which something else is known now, and files that are no more, go.
-- reads: $paths
-- makes: store.seen
DELETE FROM store.seen WHERE path IN (SELECT unnest(CAST($paths AS VARCHAR[])))
