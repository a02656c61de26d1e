-- title: Lines that were not understood
-- about: How many lines were refused for which reason, each with an example: its log, its number and its
-- about: text; or every line. Nothing of them is in any figure.
-- params: by choice(reason|line) = reason, limit integer = 20
-- columns: reason, lines, source, path, line, text
WITH refused AS (
    SELECT
        reason,
        count(*) AS lines,
        min_by(
            {source: source_id, path: path, line: line_number, text: line}, (source_id, line_number)
        ) AS example
    FROM rejects
    WHERE $site IS NULL OR site = $site
    GROUP BY reason, if($by = 'line', source_id || ' ' || line_number, '')
)
SELECT
    reason, lines, example.source AS source, example.path AS path, example.line AS line, example.text AS text
FROM refused
ORDER BY lines DESC, source, line
LIMIT $limit
