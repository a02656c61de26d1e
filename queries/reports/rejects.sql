-- title: Rejected lines
-- about: The number of lines that were rejected for each reason, with the log, number and text of the newest one; or
-- about: every line. IP addresses are truncated unless --show-addresses is given. Rejects are not counted in any figure.
-- about: Header lines of W3C logs are also rejects, but no fault: --headers lists them.
-- reads: rejects, $by, $headers, $limit, $show_addresses, $site
-- param by choice(reason|line) = reason: A row for each reason, or for each line.
-- param headers flag: Also list header lines.
-- param show_addresses flag: Show IP addresses in full, as they were logged.
-- param limit integer = 20: Show at most N rows; 0 shows all.
-- columns: reason, lines, source, path, line, text
-- bar: lines
WITH line AS (
    SELECT
        reason,
        ingest_id,
        source_id,
        path,
        line_number,
        CASE WHEN $show_addresses THEN line ELSE {fragments/truncated_line} END AS text
    FROM rejects
    WHERE ($site IS NULL OR site = $site) AND ($headers OR NOT is_header)
), refused AS (
    SELECT
        reason,
        count(*) AS lines,
        max_by(
            {source: source_id, path: path, line: line_number, text: text}, (ingest_id, line_number)
        ) AS example
    FROM line
    GROUP BY reason, CASE WHEN $by = 'line' THEN source_id || ' ' || line_number ELSE '' END
)
SELECT
    reason, lines, example.source AS source, example.path AS path, example.line AS line, example.text AS text
FROM refused
ORDER BY lines DESC, source, line
LIMIT $limit
