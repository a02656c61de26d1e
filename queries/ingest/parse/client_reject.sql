-- title: Lines without a client
-- about: Makes lines rejects whose client ($written, with $forwarded) is none. Hits have no text, so it is read again.
-- about: Clients are joined to their lines first: any other order would pair each of them with each text.
-- reads: $forwarded, $reasons, $written, {table}, {text_line}
-- makes: {table}
WITH odd AS (
    SELECT unnest($written) AS written, unnest($forwarded) AS forwarded, unnest($reasons) AS reason
), odd_line AS (
    SELECT own.line_row, odd.reason
    FROM {table} AS own
    JOIN odd ON odd.written = own.client AND odd.forwarded IS NOT DISTINCT FROM own.forwarded
    WHERE own.reason IS NULL
), numbered AS (
    SELECT line, row_number() OVER () - 1 AS number
    FROM ({text_line})
), rejected AS (
    SELECT odd_line.line_row, odd_line.reason, numbered.line
    FROM numbered
    JOIN odd_line ON odd_line.line_row = numbered.number
)
UPDATE {table} AS line
SET reason = rejected.reason, line = rejected.line
FROM rejected
WHERE line.line_row = rejected.line_row
