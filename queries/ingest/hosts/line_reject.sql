-- title: Lines of hosts that are no site
-- about: Makes lines rejects whose site is one of $names. Hits have no text, so it is read again: of all lines, but only
-- about: that of these lines is kept.
-- reads: chunk_line, chunk_request, $names, $reason, {is_of_host}, {site_of}, {text_line}
-- makes: chunk_line
WITH refused AS (
    SELECT DISTINCT request.vhost
    FROM chunk_request AS request
    JOIN (SELECT unnest($names) AS name) AS refused ON refused.name = {site_of}
), refused_line AS (
    SELECT line.line_row
    FROM chunk_line AS line
    WHERE line.reason IS NULL AND {is_of_host}
), numbered AS (
    SELECT line, row_number() OVER () - 1 AS number
    FROM ({text_line})
), refused_text AS (
    SELECT numbered.number, numbered.line
    FROM numbered
    JOIN refused_line ON refused_line.line_row = numbered.number
)
UPDATE chunk_line AS line
SET reason = $reason, line = refused_text.line
FROM refused_text
WHERE line.line_row = refused_text.number
