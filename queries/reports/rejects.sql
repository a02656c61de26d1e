-- title: Lines that were not understood
-- about: How many lines were refused for which reason, each with an example: its log, its number and its
-- about: text; or every line. Addresses in it are cut short unless they are to be shown. Nothing of them is in
-- about: any figure. Header lines, as W3C logs have them, are rejects too, but no fault: they are listed if asked for.
-- param by choice(reason|line) = reason: A row for each reason, or for each line.
-- param headers flag: Also list header lines.
-- param show_addresses flag: Show IP addresses in full, as they were logged.
-- param limit integer = 20: Show at most N rows; 0 shows all.
-- columns: reason, lines, source, path, line, text
WITH shown AS (
    SELECT
        reason,
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
        min_by(
            {source: source_id, path: path, line: line_number, text: text}, (source_id, line_number)
        ) AS example
    FROM shown
    GROUP BY reason, if($by = 'line', source_id || ' ' || line_number, '')
)
SELECT
    reason, lines, example.source AS source, example.path AS path, example.line AS line, example.text AS text
FROM refused
ORDER BY lines DESC, source, line
LIMIT $limit
