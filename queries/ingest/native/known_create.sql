-- title: Codes that a log's reader knows
-- about: known_agent_code, known_referrer_code, known_request_code: the ids of the texts that earlier chunks of the log
-- about: have stored, by their codes, in memory. unused_agent, unused_referrer, unused_request: the texts of codes that
-- about: have no id, because no line with them was a hit in the end.
-- makes: known_agent_code, known_referrer_code, known_request_code, unused_agent, unused_referrer, unused_request
CREATE OR REPLACE TABLE known_agent_code (code INTEGER, agent_id INTEGER, is_bot BOOLEAN);
CREATE OR REPLACE TABLE known_referrer_code (code INTEGER, referrer_id INTEGER);
CREATE OR REPLACE TABLE known_request_code (
    code INTEGER,
    site_id INTEGER,
    page_id INTEGER,
    is_asset BOOLEAN,
    method_id INTEGER
);
CREATE OR REPLACE TABLE unused_agent (code INTEGER, agent VARCHAR);
CREATE OR REPLACE TABLE unused_referrer (code INTEGER, referrer VARCHAR);
CREATE OR REPLACE TABLE unused_request (code INTEGER, vhost VARCHAR, request VARCHAR);
