-- title: The source of each file
-- about: The position up to which each file was read, of the source that was read last under its name.
-- reads: sources
SELECT path, position
FROM sources
QUALIFY row_number() OVER (PARTITION BY path ORDER BY last_read DESC, source_id DESC) = 1
ORDER BY path
