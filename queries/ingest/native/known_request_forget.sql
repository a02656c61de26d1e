-- title: Codes of requests that are forgotten
-- about: Empties the tables of codes and of texts: the reader has begun a new dictionary.
-- reads: known_request_code, unused_request
-- makes: known_request_code, unused_request
CREATE OR REPLACE TABLE known_request_code AS
FROM known_request_code
LIMIT 0;

CREATE OR REPLACE TABLE unused_request AS
FROM unused_request
LIMIT 0
