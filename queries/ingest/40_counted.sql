-- title: What each hit counts as
-- about: chunk_counted: the chunk's hits with the store's ids, each a page view or, by the first reason
-- about: that holds, none: bot, internal, asset, method, status.
CREATE OR REPLACE TEMP TABLE chunk_counted AS
SELECT
    target.site_id,
    hit.logged_at,
    hit.client,
    agent.agent_id,
    target.page_id,
    target.article_id,
    referrer.referrer_id,
    target.method,
    hit.status,
    hit.bytes,
    {counts_as} AS counts_as
FROM chunk_hit AS hit
JOIN (SELECT agent_no, agent_id, bot_reason FROM chunk_agent JOIN store.agent USING (agent)) AS agent
    USING (agent_no)
JOIN (SELECT referrer_no, referrer_id FROM chunk_referrer JOIN store.referrer USING (referrer_key, referrer))
    AS referrer USING (referrer_no)
JOIN chunk_target AS target USING (request_no)
