-- title: Ids of codes
-- about: chunk_agent_id, chunk_referrer_id, chunk_request_id: the ids of each code of a chunk that was read natively.
-- reads: chunk_agent_code, chunk_agent_known, chunk_referrer_code, chunk_referrer_known, chunk_request_code,
-- reads: chunk_request_known
-- makes: chunk_agent_id, chunk_referrer_id, chunk_request_id
CREATE OR REPLACE TEMP TABLE chunk_agent_id AS
SELECT
    code.code,
    coalesce(code.agent_id, known.agent_id) AS agent_id,
    coalesce(code.is_bot, known.is_bot) AS is_bot
FROM chunk_agent_code AS code
LEFT JOIN chunk_agent_known AS known ON known.agent = code.agent;

CREATE OR REPLACE TEMP TABLE chunk_referrer_id AS
SELECT code.code, coalesce(code.referrer_id, known.referrer_id) AS referrer_id
FROM chunk_referrer_code AS code
LEFT JOIN chunk_referrer_known AS known ON known.referrer = code.referrer;

CREATE OR REPLACE TEMP TABLE chunk_request_id AS
SELECT
    code.code,
    coalesce(code.site_id, known.site_id) AS site_id,
    coalesce(code.page_id, known.page_id) AS page_id,
    coalesce(code.is_asset, known.is_asset) AS is_asset,
    coalesce(code.method_id, known.method_id) AS method_id
FROM chunk_request_code AS code
LEFT JOIN chunk_request_known AS known ON known.vhost = code.vhost AND known.request = code.request
