-- title: Lines without a client
-- about: Makes lines rejects whose client ($written, with $forwarded) is none. Hits have no text, so it is read again.
-- reads: $forwarded, $reasons, $written, {table}, {text_line}
-- makes: {table}
UPDATE {table} AS line
SET reason = odd.reason, line = numbered.line
FROM (
    SELECT line, row_number() OVER () - 1 AS number
    FROM ({text_line})
) AS numbered, (
    SELECT unnest($written) AS written, unnest($forwarded) AS forwarded, unnest($reasons) AS reason
) AS odd
WHERE line.line_row = numbered.number
    AND line.reason IS NULL
    AND line.client = odd.written
    AND line.forwarded IS NOT DISTINCT FROM odd.forwarded
