-- title: Lines that were not understood
-- about: How many lines were refused for which reason, each with an example: its log, its number and its
-- about: text; or every line. Addresses in it are cut short unless they are to be shown. Nothing of them is in
-- about: any figure.
-- params: by choice(reason|line) = reason, show_addresses flag, limit integer = 20
-- columns: reason, lines, source, path, line, text
WITH shown AS (
    SELECT
        reason,
        source_id,
        path,
        line_number,
        CASE WHEN $show_addresses THEN line ELSE regexp_replace(
            regexp_replace(line, '\b([0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3})\.[0-9]{1,3}\b', '\1.0', 'g'),
            '(^|[ \["'',])([0-9A-Fa-f]{1,4}:[0-9A-Fa-f]{1,4}:[0-9A-Fa-f]{0,4}):[0-9A-Fa-f:]*[0-9A-Fa-f]\b', '\1\2::', 'g'
        ) END AS text
    FROM rejects
    WHERE $site IS NULL OR site = $site
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
