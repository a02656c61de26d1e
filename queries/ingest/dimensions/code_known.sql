-- title: Ids of codes
-- about: chunk_agent_id, chunk_referrer_id: the ids of the codes that are new to the reader, except those that no hit
-- about: has. Requests have theirs in chunk_request_known.
-- reads: chunk_agent_code, chunk_agent_known, chunk_referrer_code, chunk_referrer_known
-- makes: chunk_agent_id, chunk_referrer_id
CREATE OR REPLACE TEMP TABLE chunk_agent_id AS
SELECT code.code, known.agent_id, known.is_bot
FROM chunk_agent_code AS code
JOIN chunk_agent_known AS known ON known.agent = code.agent;

CREATE OR REPLACE TEMP TABLE chunk_referrer_id AS
SELECT code.code, known.referrer_id
FROM chunk_referrer_code AS code
JOIN chunk_referrer_known AS known ON known.referrer = code.referrer
