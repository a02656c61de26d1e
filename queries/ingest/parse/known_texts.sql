-- title: Lines with what the run knows
-- about: A fragment: the lines of `parsed`. An agent, a referrer or a request that the run knows is given as its ids,
-- about: in place of its text.
SELECT
    parsed.* EXCLUDE (is_clean, fits) REPLACE (
        CASE WHEN parsed.reason IS NOT NULL THEN coalesce(parsed.line, '') END AS line,
        CASE WHEN known_agent.agent_id IS NULL THEN parsed.agent END AS agent,
        CASE WHEN known_referrer.referrer_id IS NULL THEN parsed.referrer END AS referrer,
        CASE WHEN known_request.page_id IS NULL THEN parsed.vhost END AS vhost,
        CASE WHEN known_request.page_id IS NULL THEN parsed.request END AS request
    ),
    known_agent.agent_id,
    known_agent.is_bot,
    known_referrer.referrer_id,
    known_request.site_id,
    known_request.page_id,
    known_request.is_asset,
    known_request.method_id
FROM parsed
LEFT JOIN known_agent ON known_agent.agent = parsed.agent
LEFT JOIN known_referrer ON known_referrer.referrer = parsed.referrer
LEFT JOIN known_request ON known_request.vhost = parsed.vhost AND known_request.request = parsed.request
