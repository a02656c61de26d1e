-- title: Files of which nothing is read yet
-- about: waiting: archives that are not whole (waiting; broken after a day), and logs that are held back
-- about: because another host has the same (other host); `note` says why.
CREATE OR REPLACE TEMP VIEW waiting AS
SELECT path, state, size, note, seen_at
FROM store.seen
WHERE state IN ('waiting', 'broken', 'other host')
