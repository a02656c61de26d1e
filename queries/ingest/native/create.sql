-- title: Tables of the native reader's lines
-- about: The texts of a chunk by their codes, those that are new to the log's reader, and the lines that the statements
-- about: are to parse.
-- makes: chunk_agent_code, chunk_odd, chunk_referrer_code, chunk_request_code
CREATE OR REPLACE TEMP TABLE chunk_odd (line_row BIGINT, start BIGINT, is_handed_back BOOLEAN);

CREATE OR REPLACE TEMP TABLE chunk_agent_code (code INTEGER, agent VARCHAR);

CREATE OR REPLACE TEMP TABLE chunk_referrer_code (code INTEGER, referrer VARCHAR);

CREATE OR REPLACE TEMP TABLE chunk_request_code (code INTEGER, vhost VARCHAR, request VARCHAR)
