-- title: Requests of the native reader
-- about: Adds each new pair of a host and a request with its code to chunk_request_code.
-- reads: native_request
-- makes: chunk_request_code
INSERT INTO chunk_request_code
SELECT code, vhost, text
FROM native_request
