-- title: Logs of a former site
-- about: Those of its logs that are of the site that it became part of.
-- reads: store.source, $moved_at, $new, $source_ids
SELECT source_id
FROM store.source
WHERE source_id IN (SELECT unnest(CAST($source_ids AS INTEGER[]))) AND site = $new AND first_read <= $moved_at
ORDER BY source_id
