-- title: The hits
-- about: The chunk's hits go into the store.
INSERT INTO store.hit
SELECT
    $ingest_id, site_id, logged_at, client, agent_id, page_id, referrer_id, method, status, bytes, counts_as
FROM chunk_counted
