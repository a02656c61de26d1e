-- title: Requests of the lines that the native reader has handed back
-- about: Adds them to chunk_request_code, with codes below 0, which are of this chunk alone.
-- reads: chunk_line
-- makes: chunk_request_code
INSERT INTO chunk_request_code
SELECT -row_number() OVER (), vhost, request
FROM (
    SELECT DISTINCT vhost, request FROM chunk_line
    WHERE reason IS NULL
)
