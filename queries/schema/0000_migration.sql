-- title: The schema files of a store
-- about: One row for each applied file of queries/schema, inserted in the transaction that applies it.
CREATE TABLE IF NOT EXISTS store.migration (
    version INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    applied_at TIMESTAMP NOT NULL
);
