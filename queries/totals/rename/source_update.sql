-- title: Logs of the other site
-- about: Later lines of the logs that were read for the old site are of the new one.
-- reads: $new, $old
-- makes: store.source
UPDATE store.source
SET site = $new
WHERE site = $old
