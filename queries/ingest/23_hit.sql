-- title: A chunk's hits
-- about: chunk_hit: the lines that were understood, their texts replaced by the chunk's numbers.
CREATE OR REPLACE TEMP TABLE chunk_hit AS
SELECT
    line.logged_at,
    line.client,
    agent.agent_no,
    request.request_no,
    referrer.referrer_no,
    line.status,
    line.bytes
FROM chunk_line AS line
JOIN chunk_agent AS agent USING (agent)
JOIN chunk_request AS request USING (vhost, request)
JOIN chunk_referrer AS referrer USING (referrer)
WHERE line.reason IS NULL
