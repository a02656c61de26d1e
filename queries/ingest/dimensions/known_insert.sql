-- title: Texts that the run knows
-- about: Remembers the chunk's new texts, except those that occur only once in the chunk, such as a tracked URL or an
-- about: attack. Texts are compared by their keys: of two with the same key only the first is remembered.
-- reads: chunk_agent_known, chunk_referrer_known, chunk_request_known, known_agent, known_referrer, known_request
-- makes: known_agent, known_referrer, known_request
INSERT INTO known_agent
SELECT agent, agent_id, is_bot FROM chunk_agent_known
ANTI JOIN known_agent USING (agent);

INSERT INTO known_referrer
SELECT referrer_key, referrer, referrer_id FROM chunk_referrer_known
ANTI JOIN known_referrer USING (referrer_key)
WHERE times > 1;

INSERT INTO known_request
SELECT request_key, vhost, request, site_id, page_id, is_asset, method_id FROM chunk_request_known
ANTI JOIN known_request USING (request_key)
WHERE times > 1
