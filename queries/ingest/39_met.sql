-- title: What a chunk brings that is new to the run
-- about: chunk_agent_met, chunk_referrer_met, chunk_request_met: each text that the run had not met, with
-- about: what the store calls it now.
CREATE OR REPLACE TEMP TABLE chunk_agent_met AS
SELECT agent, agent_id, bot_reason IS NOT NULL AS is_bot
FROM store.agent
JOIN chunk_agent USING (agent);

CREATE OR REPLACE TEMP TABLE chunk_referrer_met AS
SELECT referrer, referrer_id, times
FROM store.referrer
JOIN chunk_referrer USING (referrer_key, referrer);

CREATE OR REPLACE TEMP TABLE chunk_request_met AS
WITH page AS (
    SELECT site_id, target, page_id, is_asset
    FROM chunk_page
    WHERE page_id IS NOT NULL
    UNION ALL
    SELECT site_id, target, page_id, is_asset
    FROM chunk_page_new
)
SELECT request.vhost, request.request, page.site_id, page.page_id, page.is_asset, request.method, request.times
FROM chunk_request AS request
JOIN store.site AS site ON site.name = coalesce($site, request.vhost)
JOIN page ON page.site_id = site.site_id AND page.target = request.target
