-- title: Pairs of a host and a request
-- about: A query of the hosts and requests of the native reader's lines, each pair once, by their codes.
-- reads: native_request, native_row, native_vhost
SELECT pair.vhost_code, pair.request_code, vhost.text AS vhost, request.text AS request
FROM (
    SELECT DISTINCT vhost_code, request_code
    FROM native_row
) AS pair
JOIN native_vhost AS vhost ON vhost.code = pair.vhost_code
JOIN native_request AS request ON request.code = pair.request_code
