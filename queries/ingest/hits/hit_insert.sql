-- title: The hits of a chunk
-- about: Inserts the chunk's hits, each with its class: page view or, by the first reason that applies, bot,
-- about: internal, asset, method or status.
-- reads: chunk_agent_known, chunk_line, chunk_referrer_known, chunk_request_known, $ingest_id, {hit_class},
-- reads: {kept_client}, {pseudonyms}
-- makes: store.hit
INSERT INTO store.hit
WITH hit AS (
    SELECT
        line.logged_at,
        line.client,
        line.status,
        line.bytes,
        coalesce(line.agent_id, agent.agent_id) AS agent_id,
        coalesce(line.is_bot, agent.is_bot) AS is_bot,
        coalesce(line.referrer_id, referrer.referrer_id) AS referrer_id,
        coalesce(line.site_id, request.site_id) AS site_id,
        coalesce(line.page_id, request.page_id) AS page_id,
        coalesce(line.is_asset, request.is_asset) AS is_asset,
        coalesce(line.method_id, request.method_id) AS method_id
    FROM chunk_line AS line
    LEFT JOIN chunk_agent_known AS agent ON agent.agent = line.agent
    LEFT JOIN chunk_referrer_known AS referrer ON referrer.referrer = line.referrer
    LEFT JOIN chunk_request_known AS request ON request.vhost = line.vhost AND request.request = line.request
    WHERE line.reason IS NULL
)
SELECT
    $ingest_id, site_id, logged_at, {kept_client}, agent_id, page_id, referrer_id, method_id, status, bytes, {hit_class}
FROM hit {pseudonyms}
