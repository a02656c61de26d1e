-- title: Logs of which most lines are refused
-- about: A source is refused where most of its last lines were rejected, and its site with it.
-- recent_lines and recent_rejects count the lines of a source since the last decision, without header lines and blank
-- ones; is_refused: at the last decision most of them were rejected. A site is refused if the log that was read last is.
ALTER TABLE store.source ADD COLUMN recent_lines BIGINT DEFAULT 0;
ALTER TABLE store.source ADD COLUMN recent_rejects BIGINT DEFAULT 0;
ALTER TABLE store.source ADD COLUMN is_refused BOOLEAN DEFAULT false;
ALTER TABLE store.site ADD COLUMN is_refused BOOLEAN DEFAULT false;
