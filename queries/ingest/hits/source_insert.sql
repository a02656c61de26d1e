-- title: A new source
-- about: Inserts a log that was not read before, with nothing read yet, and returns its id.
-- reads: store.source, $format, $machine, $path, $read_at, $site
-- makes: store.source
INSERT INTO store.source
SELECT
    coalesce(max(source_id), 0) + 1,
    $path, $machine, $site, $format, [], 0, [], 0, 0, false, '', 0, 0, 0, false, $read_at, $read_at, 0, 0
FROM store.source
RETURNING source_id
