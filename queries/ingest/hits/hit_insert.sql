-- title: The hits of a chunk
-- about: Inserts the chunk's hits, each with its class: page view or, by the first reason that applies, bot,
-- about: internal, asset, method or status.
-- reads: {chunk_hit}, {hit_class}, {ingest}, {kept_client}, {of_log}, {pseudonyms}
-- makes: store.hit
INSERT INTO store.hit
WITH hit AS (
    {chunk_hit}
)
SELECT
    {ingest}, site_id, logged_at, {kept_client}, agent_id, page_id, referrer_id, method_id, status, bytes, {hit_class},
    duration AS duration_ms
FROM hit {of_log} {pseudonyms}
