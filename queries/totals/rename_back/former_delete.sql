-- title: A rename that was taken back
-- about: Deletes the record of a former site.
-- reads: $moved_at, $old
-- makes: store.former_site
DELETE FROM store.former_site
WHERE name = $old AND moved_at = $moved_at
