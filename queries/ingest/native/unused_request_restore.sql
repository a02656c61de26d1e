-- title: Requests that no hit had before
-- about: Adds requests of unused_request that a hit of the chunk has to chunk_request_code.
-- reads: chunk_line, unused_request
-- makes: chunk_request_code
INSERT INTO chunk_request_code
SELECT code, vhost, request FROM unused_request
WHERE code IN (
    SELECT request_code FROM chunk_line
    WHERE reason IS NULL
)
