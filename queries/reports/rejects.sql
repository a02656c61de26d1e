-- title: Lines that were not understood
-- about: Each refused line with its log, its number and the reason. Nothing of it is in any figure.
-- params: limit integer = 20
-- columns: source, path, line, reason, text
SELECT source_id AS source, path, line_number AS line, reason, line AS text
FROM rejects
WHERE $site IS NULL OR site = $site
ORDER BY source, line
LIMIT $limit
