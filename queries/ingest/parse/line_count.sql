-- title: Counts of a chunk
-- about: The numbers of lines, hits and rejects of chunk_line, of rejects that do not match the format, of header lines,
-- about: of blank lines, and of lines of hosts that are no site.
-- reads: chunk_line
SELECT
    count(*) AS lines,
    count(*) FILTER (WHERE reason IS NULL) AS hits,
    count(*) FILTER (WHERE reason IS NOT NULL) AS rejects,
    count(*) FILTER (WHERE starts_with(reason, 'does not fit the format')) AS unfit,
    count(*) FILTER (WHERE reason = {fragments/header_line}) AS headers,
    count(*) FILTER (WHERE reason = 'blank line') AS blanks,
    count(*) FILTER (WHERE starts_with(reason, 'a host ')) AS of_hosts
FROM chunk_line
