-- title: Pairs of a host and a request
-- about: A query of the hosts and requests of the native reader's lines, each pair once, with its code.
-- reads: native_request, native_row, native_vhost, $base
SELECT hit.code, vhost.text AS vhost, request.text AS request
FROM (
    SELECT DISTINCT vhost_code, request_code, {fragments/native/request_code} AS code
    FROM native_row AS hit
    WHERE is_odd = 0
) AS hit
JOIN native_vhost AS vhost ON vhost.code = hit.vhost_code
JOIN native_request AS request ON request.code = hit.request_code
