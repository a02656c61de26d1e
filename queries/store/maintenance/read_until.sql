-- title: Positions of logs
-- about: The name under which each log was last read, the byte up to which it is in the store, and the time at which it
-- about: was read, in UTC; the newest first.
-- reads: sources
SELECT path, position AS bytes, last_read
FROM sources
ORDER BY last_read DESC, source_id
