-- title: Requests of the native reader
-- about: Adds each pair of a host and a request with its code to chunk_request_code.
-- reads: {requests}
-- makes: chunk_request_code
INSERT INTO chunk_request_code
{requests}
