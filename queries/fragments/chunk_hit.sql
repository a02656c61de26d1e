-- title: The hits of a chunk with their ids
-- about: A query of the chunk's hits, each with its row in chunk_line and the ids of its agent, referrer and request.
-- reads: chunk_agent_known, chunk_line, chunk_referrer_known, chunk_request_known
SELECT
    line.line_row AS line,
    line.logged_at,
    line.client,
    line.status,
    line.bytes,
    line.duration,
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
