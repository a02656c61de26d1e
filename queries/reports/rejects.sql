-- title: Lines that were not understood
-- about: How many lines were refused for which reason, each with an example: its log, its number and its
-- about: text; or every line. Addresses in it are cut short unless they are to be shown. Nothing of them is in
-- about: any figure. Header lines, as W3C logs have them, are rejects too, but no fault: they are listed if asked for.
-- reads: rejects, $by, $headers, $limit, $show_addresses, $site
-- params: by choice(reason|line) = reason, headers flag, show_addresses flag, limit integer = 20
-- columns: reason, lines, source, path, line, text
WITH line AS (
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
    FROM line
    GROUP BY reason, CASE WHEN $by = 'line' THEN source_id || ' ' || line_number ELSE '' END
)
SELECT
    reason, lines, example.source AS source, example.path AS path, example.line AS line, example.text AS text
FROM refused
ORDER BY lines DESC, source, line
LIMIT $limit
