-- title: Logs of the new site
-- about: Later lines of these logs are of the new site.
-- reads: $new, $source_ids
-- makes: store.source
UPDATE store.source
SET site = $new
WHERE source_id IN (SELECT unnest(CAST($source_ids AS INTEGER[])))
