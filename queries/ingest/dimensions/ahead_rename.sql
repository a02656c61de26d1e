-- title: URLs that were found before the transaction
-- about: Lets chunk_url be chunk_url_ahead, until the chunk is committed.
-- reads: chunk_url
-- makes: chunk_url_ahead
DROP TABLE IF EXISTS chunk_url_ahead;

ALTER TABLE chunk_url RENAME TO chunk_url_ahead
