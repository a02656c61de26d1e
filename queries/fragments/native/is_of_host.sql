-- title: Whether a line names a host
-- about: An expression: whether a line that was read natively names one of the hosts in `refused`, and its request has no
-- about: id.
-- reads: chunk_request_code, refused
line.request_code IN (
    SELECT code FROM chunk_request_code
    WHERE vhost IN (SELECT vhost FROM refused)
)
