-- title: How far each log was read
-- about: Each log under the name it was last read, the byte up to which the store holds it, and when
-- about: that was read, in UTC; the newest first.
-- reads: sources
SELECT path, position AS bytes, last_read
FROM sources
ORDER BY last_read DESC, source_id
