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
    known_agent.agent_id,
    known_agent.is_bot,
    CASE WHEN known_agent.agent_id IS NULL THEN told.agent END AS agent,
    known_referrer.referrer_id,
    CASE WHEN known_referrer.referrer_id IS NULL THEN told.referrer END AS referrer,
    known_request.site_id,
    known_request.page_id,
    known_request.is_asset,
    known_request.method_id,
    CASE WHEN known_request.page_id IS NULL THEN told.vhost END AS vhost,
    CASE WHEN known_request.page_id IS NULL THEN told.request END AS request
FROM told
LEFT JOIN known_agent ON known_agent.agent = told.agent
LEFT JOIN known_referrer ON known_referrer.referrer = told.referrer
LEFT JOIN known_request ON known_request.vhost = told.vhost AND known_request.request = told.request
