-- title: Files that are not read, or not to their end
-- about: waiting: archives that are not complete yet (waiting; broken after a day), archives that end too early and of
-- about: which the whole lines are read (cut), logs that are skipped because they begin like a log of another
-- about: machine (other host) or because their format or site is unknown (refused), members of archives that are not
-- about: access logs (skipped), logs that can't be read (unreadable), names in logstats.toml without a log (missing),
-- about: and logs without a whole line (incomplete). `note` gives the reason.
-- reads: store.seen
-- makes: waiting
CREATE OR REPLACE TEMP VIEW waiting AS
SELECT path, state, size, note, seen_at
FROM store.seen
WHERE state IN ('waiting', 'broken', 'cut', 'other host', 'refused', 'unreadable', 'missing', 'skipped', 'incomplete')
