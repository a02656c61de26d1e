-- title: Files that are not read as they should be
-- about: waiting: archives of which nothing is read until they are whole (waiting; broken after a day), those
-- about: that end in the middle, of which the whole lines are read (cut), and logs that are held back because
-- about: another host has the same (other host); `note` says why.
-- reads: store.seen
-- makes: waiting
CREATE OR REPLACE TEMP VIEW waiting AS
SELECT path, state, size, note, seen_at
FROM store.seen
WHERE state IN ('waiting', 'broken', 'cut', 'other host')
