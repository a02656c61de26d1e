-- title: The chunk's lines, with their clients in one spelling
-- about: chunk_line: those that the native reader has typed, of which some clients are $written and become $clients, and
-- about: the lines that the statements have parsed.
-- reads: chunk_odd, {odd_lines}, {rows}, $clients, $written
-- makes: chunk_line
CREATE OR REPLACE TEMP TABLE chunk_line AS
SELECT hit.* REPLACE (coalesce(changed.client, hit.client) AS client)
FROM ({rows}) AS hit
ANTI JOIN chunk_odd USING (line_row)
LEFT JOIN (SELECT unnest($written) AS written, unnest($clients) AS client) AS changed
    ON changed.written = hit.client
{odd_lines}
