-- title: Lines with ids of known texts
-- about: A query of the lines of `checked`, in which an agent, referrer or request of an earlier chunk of the run is
-- about: replaced by its ids.
-- reads: checked, known_agent, known_referrer, known_request
SELECT
    checked.* EXCLUDE (is_clean, fits) REPLACE (
        CASE WHEN checked.reason IS NOT NULL THEN coalesce(checked.line, '') END AS line,
        CASE WHEN known_agent.agent_id IS NULL THEN checked.agent END AS agent,
        CASE WHEN known_referrer.referrer_id IS NULL THEN checked.referrer END AS referrer,
        CASE WHEN known_request.page_id IS NULL THEN checked.vhost END AS vhost,
        CASE WHEN known_request.page_id IS NULL THEN checked.request END AS request
    ),
    known_agent.agent_id,
    known_agent.is_bot,
    known_referrer.referrer_id,
    known_request.site_id,
    known_request.page_id,
    known_request.is_asset,
    known_request.method_id
FROM checked
LEFT JOIN known_agent ON known_agent.agent = checked.agent
LEFT JOIN known_referrer ON known_referrer.referrer = checked.referrer
LEFT JOIN known_request ON known_request.vhost = checked.vhost AND known_request.request = checked.request
