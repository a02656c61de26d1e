-- title: What this run has met
-- about: known_agent, known_referrer, known_request: texts that a run has met, with what the store calls them,
-- about: in memory. Most lines repeat them, and then need not carry the text any further.
-- makes: known_agent, known_referrer, known_request
CREATE OR REPLACE TABLE known_agent (agent VARCHAR, agent_id INTEGER, is_bot BOOLEAN);
CREATE OR REPLACE TABLE known_referrer (referrer_key UHUGEINT, referrer VARCHAR, referrer_id INTEGER);
CREATE OR REPLACE TABLE known_request (
    request_key UBIGINT,
    vhost VARCHAR,
    request VARCHAR,
    site_id INTEGER,
    page_id INTEGER,
    is_asset BOOLEAN,
    method_id INTEGER
);
