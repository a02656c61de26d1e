-- title: Rejects as they were logged
-- about: In a log with prefixes, replaces the text of each reject by its whole line.
-- reads: {text_line}
-- makes: chunk_line
UPDATE chunk_line AS parsed
SET line = coalesce(logged.line, '')
FROM (
    SELECT line, row_number() OVER () - 1 AS number
    FROM ({text_line})
) AS logged
WHERE parsed.line_row = logged.number AND parsed.reason IS NOT NULL
