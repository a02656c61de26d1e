-- title: Lines that were read before
-- about: repeated: the lines of a log that were already read from another log, of which no hit or reject is stored.
-- about: repeated_at_end: how many different lines the run of repeated lines has that ends at the position.
ALTER TABLE store.source ADD COLUMN repeated BIGINT DEFAULT 0;
ALTER TABLE store.source ALTER COLUMN repeated SET NOT NULL;
ALTER TABLE store.source ADD COLUMN repeated_at_end BIGINT DEFAULT 0;
ALTER TABLE store.source ALTER COLUMN repeated_at_end SET NOT NULL;
ALTER TABLE store.ingest ADD COLUMN repeated BIGINT DEFAULT 0;
ALTER TABLE store.ingest ALTER COLUMN repeated SET NOT NULL;
ALTER TABLE store.ingest ADD COLUMN repeated_at_end BIGINT DEFAULT 0;
ALTER TABLE store.ingest ALTER COLUMN repeated_at_end SET NOT NULL;

-- The lines that a run has left out because another run, read_by, has stored them. Two runs may have several rows.
CREATE TABLE store.repetition (
    ingest_id INTEGER NOT NULL,
    read_by INTEGER NOT NULL,
    lines BIGINT NOT NULL
);
