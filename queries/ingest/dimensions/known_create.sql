-- title: Texts that a run knows
-- about: known_agent, known_referrer, known_request: texts that the run has stored, with their ids, in memory. Most
-- about: lines repeat them, so that their ids can replace the texts. known_page: the pages that the run has stored.
-- makes: known_agent, known_page, known_referrer, known_request
CREATE OR REPLACE TABLE known_agent (agent VARCHAR, agent_id INTEGER, is_bot BOOLEAN);
CREATE OR REPLACE TABLE known_referrer (referrer_key UHUGEINT, referrer VARCHAR, referrer_id INTEGER);
CREATE OR REPLACE TABLE known_page (site_id INTEGER, target_key UHUGEINT);
CREATE OR REPLACE TABLE known_request (
    request_key UBIGINT,
    vhost VARCHAR,
    request VARCHAR,
    site_id INTEGER,
    page_id INTEGER,
    is_asset BOOLEAN,
    method_id INTEGER
);
