-- title: Figures of other stores
-- about: import has one row for each key that was imported, with the version of its figures and the ingests that came
-- about: with it. The figures of its hits that did not come as hits are rows of the pruned tables.
-- origin is the store, or the folder of a cluster's run, that the key is from. known_ids are ingests of other logs here:
-- the import has left out logs that these had read.
CREATE TABLE store.import (
    import_id INTEGER NOT NULL,
    key VARCHAR NOT NULL,
    version VARCHAR NOT NULL,
    origin VARCHAR NOT NULL,
    ingest_ids INTEGER[] NOT NULL,
    known_ids INTEGER[] NOT NULL,
    imported_at TIMESTAMP NOT NULL
);

-- import_id is the import that a row is of, NULL where hits of this store were pruned.
ALTER TABLE store.pruned ADD COLUMN import_id INTEGER;
ALTER TABLE store.pruned_visit ADD COLUMN import_id INTEGER;
ALTER TABLE store.pruned_day ADD COLUMN import_id INTEGER;
ALTER TABLE store.pruned_article_day ADD COLUMN import_id INTEGER;
ALTER TABLE store.pruned_hour ADD COLUMN import_id INTEGER;
