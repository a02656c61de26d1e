-- title: Lines beside what the run has met
-- about: A fragment: the lines of `told`. Where the run has met an agent, a referrer or a request before, their ids
-- about: stand in place of the text.
SELECT
    told.reason,
    CASE WHEN told.reason IS NOT NULL THEN coalesce(told.line, '') END AS line,
    told.client,
    told.forwarded,
    told.logged_at,
    told.status,
    told.bytes,
    met_agent.agent_id,
    met_agent.is_bot,
    CASE WHEN met_agent.agent_id IS NULL THEN told.agent END AS agent,
    met_referrer.referrer_id,
    CASE WHEN met_referrer.referrer_id IS NULL THEN told.referrer END AS referrer,
    met_request.site_id,
    met_request.page_id,
    met_request.is_asset,
    met_request.method_id,
    CASE WHEN met_request.page_id IS NULL THEN told.vhost END AS vhost,
    CASE WHEN met_request.page_id IS NULL THEN told.request END AS request
FROM told
LEFT JOIN met_agent ON met_agent.agent = told.agent
LEFT JOIN met_referrer ON met_referrer.referrer = told.referrer
LEFT JOIN met_request ON met_request.vhost = told.vhost AND met_request.request = told.request
