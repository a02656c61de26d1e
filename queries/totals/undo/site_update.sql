-- title: A refused site before an ingest
-- about: The sites of the log are not refused any more: whether most lines of the log are rejected is decided again.
-- reads: store.ingest, store.source, $ingest_id
-- makes: store.site
UPDATE store.site AS site
SET is_refused = false
FROM store.ingest AS run, store.source AS source
WHERE run.ingest_id = $ingest_id
    AND source.source_id = run.source_id
    AND site.name = coalesce(source.site, site.name)
