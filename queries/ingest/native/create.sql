-- title: Tables of the native reader's lines
-- about: chunk_row, which becomes chunk_line: a line as in parse/line, but with codes in place of its texts. Those that
-- about: are new to the log's reader are in chunk_agent_code, chunk_referrer_code and chunk_request_code.
-- makes: chunk_agent_code, chunk_referrer_code, chunk_request_code, chunk_row
CREATE OR REPLACE TEMP TABLE chunk_row (
    line_row BIGINT,
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
    request_code INTEGER
);

CREATE OR REPLACE TEMP TABLE chunk_agent_code (code INTEGER, agent VARCHAR);

CREATE OR REPLACE TEMP TABLE chunk_referrer_code (code INTEGER, referrer VARCHAR);

CREATE OR REPLACE TEMP TABLE chunk_request_code (code INTEGER, vhost VARCHAR, request VARCHAR)
