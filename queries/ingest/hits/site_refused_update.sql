-- title: A refused site
-- about: Stores whether most lines of the log that was read last were rejected, for its site, or for all sites where its
-- about: lines name theirs.
-- reads: $is_refused, $source_site
-- makes: store.site
UPDATE store.site
SET is_refused = $is_refused
WHERE name = coalesce($source_site, name)
