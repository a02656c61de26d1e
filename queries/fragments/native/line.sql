-- title: Lines of the native reader
-- about: A query of its rows in the columns of parse/line, with their texts or the ids of known ones. A line that it has
-- about: handed back has no values yet; its reason is $odd.
-- reads: native_row, $odd, {agents}, {referrers}, {requests}
WITH agent AS (
    {agents}
), referrer AS (
    {referrers}
), request AS (
    {requests}
)
SELECT
    CAST(NULL AS VARCHAR) AS line,
    hit.logged_at,
    hit.client,
    request.vhost,
    request.request,
    hit.status,
    hit.bytes,
    referrer.referrer,
    CAST(NULL AS BIGINT) AS duration,
    agent.agent,
    CAST(NULL AS VARCHAR) AS forwarded,
    CASE WHEN hit.is_odd = 1 THEN $odd END AS reason,
    agent.agent_id,
    agent.is_bot,
    referrer.referrer_id,
    request.site_id,
    request.page_id,
    request.is_asset,
    request.method_id
FROM native_row AS hit
LEFT JOIN agent ON agent.code = hit.agent_code
LEFT JOIN referrer ON referrer.code = hit.referrer_code
LEFT JOIN request ON request.vhost_code = hit.vhost_code AND request.request_code = hit.request_code
