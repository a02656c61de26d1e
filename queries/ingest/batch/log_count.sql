-- title: Counts of the logs of a batch
-- about: For each log: its lines, hits, rejects, header lines, blank lines, and lines of hosts that are no site.
-- reads: batch_line, chunk_line
SELECT
    count(*) AS lines,
    count(*) FILTER (WHERE reason IS NULL) AS hits,
    count(*) FILTER (WHERE reason IS NOT NULL) AS rejects,
    count(*) FILTER (WHERE reason = {fragments/header_line}) AS headers,
    count(*) FILTER (WHERE reason = 'blank line') AS blanks,
    count(*) FILTER (WHERE starts_with(reason, 'a host ')) AS of_hosts
FROM batch_line
JOIN chunk_line ON chunk_line.line_row = batch_line.line_row
GROUP BY batch_line.log
ORDER BY batch_line.log
