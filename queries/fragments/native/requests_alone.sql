-- title: Requests of lines that name no host
-- about: A query like fragments/native/pairs, where the format has no host.
-- reads: native_request, $base
SELECT $base + code AS code, '' AS vhost, text AS request
FROM native_request
