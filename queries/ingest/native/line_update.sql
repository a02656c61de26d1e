-- title: Lines that the native reader has handed back
-- about: Gives the rows of chunk_row whose reason is $odd the values of the lines of chunk_line, in order, with the codes
-- about: of their texts, which are below 0.
-- reads: chunk_agent_code, chunk_line, chunk_referrer_code, chunk_request_code, chunk_row, $odd
-- makes: chunk_row
WITH odd AS (
    SELECT line_row, row_number() OVER (ORDER BY line_row) - 1 AS number
    FROM chunk_row
    WHERE reason = $odd
), encoded AS (
    SELECT
        odd.line_row,
        line.* EXCLUDE (line_row),
        agent.code AS agent_code,
        referrer.code AS referrer_code,
        request.code AS request_code
    FROM odd
    JOIN chunk_line AS line ON line.line_row = odd.number
    LEFT JOIN chunk_agent_code AS agent
        ON agent.agent IS NOT DISTINCT FROM line.agent AND agent.code < 0
    LEFT JOIN chunk_referrer_code AS referrer
        ON referrer.referrer IS NOT DISTINCT FROM line.referrer AND referrer.code < 0
    LEFT JOIN chunk_request_code AS request
        ON request.vhost IS NOT DISTINCT FROM line.vhost
        AND request.request IS NOT DISTINCT FROM line.request
        AND request.code < 0
)
UPDATE chunk_row AS hit
SET
    line = encoded.line,
    logged_at = encoded.logged_at,
    client = encoded.client,
    status = encoded.status,
    bytes = encoded.bytes,
    duration = encoded.duration,
    forwarded = encoded.forwarded,
    reason = encoded.reason,
    agent_code = encoded.agent_code,
    referrer_code = encoded.referrer_code,
    request_code = encoded.request_code
FROM encoded
WHERE hit.line_row = encoded.line_row
