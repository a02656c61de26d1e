-- title: Lines that the statements have parsed
-- about: chunk_odd_line: the lines of chunk_line, in order, in their rows of the chunk, with the codes of their texts,
-- about: which are below 0.
-- reads: chunk_agent_code, chunk_line, chunk_odd, chunk_referrer_code, chunk_request_code
-- makes: chunk_line, chunk_odd_line
CREATE OR REPLACE TEMP TABLE chunk_odd_line AS
WITH odd AS (
    SELECT line_row, row_number() OVER (ORDER BY line_row) - 1 AS number FROM chunk_odd
)
SELECT
    odd.line_row,
    line.line,
    line.logged_at,
    line.client,
    line.status,
    line.bytes,
    line.duration,
    line.forwarded,
    line.reason,
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
ORDER BY odd.line_row;

DROP TABLE chunk_line
