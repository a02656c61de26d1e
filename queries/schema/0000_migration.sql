-- title: Which schema files a store has
-- about: One row a file of queries/schema, written in the transaction that applied it.
CREATE TABLE IF NOT EXISTS store.migration (
    version INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    applied_at TIMESTAMP NOT NULL
);
