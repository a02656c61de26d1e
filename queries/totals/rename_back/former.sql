-- title: Former sites
-- about: Each former site with the site that it became, newest first.
-- reads: store.former_site
SELECT name, became, moved_at, is_whole, source_ids, ingest_ids
FROM store.former_site
ORDER BY moved_at DESC, name
