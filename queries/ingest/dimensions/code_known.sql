-- title: Ids of codes
-- about: chunk_agent_id, chunk_referrer_id, chunk_request_id: the ids of the codes that are new to the reader, except
-- about: those that no hit has.
-- reads: chunk_agent_code, chunk_agent_known, chunk_referrer_code, chunk_referrer_known, chunk_request_code,
-- reads: chunk_request_known
-- makes: chunk_agent_id, chunk_referrer_id, chunk_request_id
CREATE OR REPLACE TEMP TABLE chunk_agent_id AS
SELECT code.code, known.agent_id, known.is_bot
FROM chunk_agent_code AS code
JOIN chunk_agent_known AS known ON known.agent = code.agent;

CREATE OR REPLACE TEMP TABLE chunk_referrer_id AS
SELECT code.code, known.referrer_id
FROM chunk_referrer_code AS code
JOIN chunk_referrer_known AS known ON known.referrer = code.referrer;

CREATE OR REPLACE TEMP TABLE chunk_request_id AS
SELECT code.code, known.site_id, known.page_id, known.is_asset, known.method_id
FROM chunk_request_code AS code
JOIN chunk_request_known AS known ON known.vhost = code.vhost AND known.request = code.request
