-- title: Positions of logs
-- about: Each log by the name under which it was last read, the byte up to which the store has it, and the time of
-- about: that, in UTC; the newest first.
-- reads: sources
SELECT path, position AS bytes, last_read
FROM sources
ORDER BY last_read DESC, source_id
