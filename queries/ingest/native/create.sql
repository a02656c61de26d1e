-- title: Tables of the native reader's lines
-- about: chunk_row, which becomes chunk_line: a line as in parse/line, but with codes in place of its texts. These are in
-- about: chunk_agent_code, chunk_referrer_code and chunk_request_code, where a text that the run knows is replaced by its
-- about: ids.
-- makes: chunk_agent_code, chunk_referrer_code, chunk_request_code, chunk_row
CREATE OR REPLACE TEMP TABLE chunk_row (
    line VARCHAR,
    logged_at TIMESTAMP,
    client VARCHAR,
    status SMALLINT,
    bytes BIGINT,
    duration BIGINT,
    forwarded VARCHAR,
    reason VARCHAR,
    agent_code INTEGER,
    referrer_code INTEGER,
    request_code BIGINT
);

CREATE OR REPLACE TEMP TABLE chunk_agent_code (code INTEGER, agent VARCHAR, agent_id INTEGER, is_bot BOOLEAN);

CREATE OR REPLACE TEMP TABLE chunk_referrer_code (code INTEGER, referrer VARCHAR, referrer_id INTEGER);

CREATE OR REPLACE TEMP TABLE chunk_request_code (
    code BIGINT,
    vhost VARCHAR,
    request VARCHAR,
    site_id INTEGER,
    page_id INTEGER,
    is_asset BOOLEAN,
    method_id INTEGER
)
