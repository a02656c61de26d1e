-- title: Logs that were read
-- about: Each log by its content, under the name it was last read: its lines, what they were, how far
-- about: it was read, and whether its end was reached.
-- params: limit integer
-- columns: id, path, site, format, lines, hits, rejects, bytes, complete
SELECT
    source_id AS id, path, site, format, lines, hits, rejects, position AS bytes, complete
FROM sources
WHERE $site IS NULL OR site = $site
ORDER BY id
LIMIT $limit
