-- title: Lines of hosts that are no site
-- about: Makes lines rejects whose site is one of $names. Hits have no text, so it is read again.
-- reads: chunk_request, $names, $reason, {is_of_host}, {site_of}, {text_line}
-- makes: chunk_line
WITH refused AS (
    SELECT DISTINCT request.vhost
    FROM chunk_request AS request
    JOIN (SELECT unnest($names) AS name) AS refused ON refused.name = {site_of}
)
UPDATE chunk_line AS line
SET reason = $reason, line = numbered.line
FROM (
    SELECT line, row_number() OVER () - 1 AS number
    FROM ({text_line})
) AS numbered
WHERE line.line_row = numbered.number
    AND line.reason IS NULL
    AND {is_of_host}
