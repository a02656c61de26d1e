-- title: Lines of hosts that are no site
-- about: Makes lines rejects whose site is one of $names. Hits have no text, so it is read again.
-- reads: chunk_request, $names, $reason, {site_of}, {text_line}
-- makes: chunk_line
UPDATE chunk_line AS line
SET reason = $reason, line = numbered.line
FROM (
    SELECT line, row_number() OVER () - 1 AS number
    FROM ({text_line})
) AS numbered
WHERE line.rowid = numbered.number
    AND line.reason IS NULL
    AND line.page_id IS NULL
    AND line.vhost IN (
        SELECT request.vhost
        FROM chunk_request AS request
        JOIN (SELECT unnest($names) AS name) AS refused ON refused.name = {site_of}
    )
