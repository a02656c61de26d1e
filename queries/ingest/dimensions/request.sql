-- title: Requests that are new to the run
-- about: chunk_request: the method and target of each request line, split once: at its spaces where it has exactly two,
-- about: otherwise by a pattern. A line that is not a request (TLS bytes, junk, an empty text) has no method, and its
-- about: text is the target. target_key is the key by which the store finds a target. host is the host that the line
-- about: names, in its one spelling; where it is none, or 'default' as of a catch-all server, it is the default. code is
-- about: that of the native reader.
-- reads: $default_host, $identity_key, {requests}
-- makes: chunk_request
CREATE OR REPLACE TEMP TABLE chunk_request AS
WITH request AS (
    {requests}
), worded AS (
    SELECT
        code,
        vhost,
        request,
        times,
        string_split(request, ' ') AS w,
        len(w) = 3
            AND w[1] IN ('GET', 'POST', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH')
            AND w[2] <> ''
            AND w[3] IN ('HTTP/1.0', 'HTTP/1.1', 'HTTP/2.0', 'HTTP/2', 'HTTP/3.0', 'HTTP/3') AS is_clean
    FROM request
), matched AS (
    SELECT
        *,
        {fragments/host(vhost)} AS host,
        CASE WHEN NOT is_clean THEN regexp_extract(
            request, '^([A-Za-z][A-Za-z_-]*) +(.*?)(?: +HTTP/[0-9.]+)? *$', ['method', 'target']
        ) END AS x
    FROM worded
)
SELECT
    code,
    vhost,
    CASE WHEN host IN ('', 'default') THEN $default_host ELSE host END AS host,
    request,
    times,
    CASE WHEN is_clean THEN w[1] ELSE x.method END AS method,
    CASE
        WHEN is_clean THEN w[2]
        WHEN x.target <> '' THEN x.target
        WHEN request = '-' THEN ''
        ELSE request
    END AS target,
    md5_number($identity_key || target) AS target_key,
    hash(vhost, request) AS request_key
FROM matched
