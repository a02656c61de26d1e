-- title: The hits
-- about: The chunk's hits go into the store, each counted as a page view or, by the first reason that
-- about: holds, as none: bot, internal, asset, method, status.
INSERT INTO store.hit
SELECT
    $ingest_id,
    target.site_id,
    hit.logged_at,
    hit.client,
    agent.agent_id,
    target.page_id,
    referrer.referrer_id,
    target.method,
    hit.status,
    hit.bytes,
    {counts_as}
FROM chunk_hit AS hit
JOIN (SELECT agent_no, agent_id, bot_reason FROM chunk_agent JOIN store.agent USING (agent)) AS agent
    USING (agent_no)
JOIN (SELECT referrer_no, referrer_id FROM chunk_referrer JOIN store.referrer USING (referrer_key, referrer))
    AS referrer USING (referrer_no)
JOIN chunk_target AS target USING (request_no)
