-- title: Logs that were read
-- about: Each log by its content, under the name it was last read: its lines, what they were, how far
-- about: and when it was read, and whether its end was reached. Below them the files that wait, or are not
-- about: whole, and why.
-- reads: sources, waiting, $limit, $site
-- params: limit integer
-- columns: id, path, site, format, lines, hits, rejects, bytes, complete, host, last_read, state, unread, note
WITH log AS (
    SELECT
        source_id AS id, path, site, format, lines, hits, rejects, position AS bytes, complete,
        machine AS host, last_read, state, unread, CASE WHEN also = '' THEN '' ELSE 'also ' || also END AS note
    FROM sources
    WHERE $site IS NULL OR site = $site
    UNION ALL
    SELECT NULL, path, NULL, NULL, 0, 0, 0, 0, false, NULL, NULL, state, NULL, note
    FROM waiting
    WHERE $site IS NULL
)
SELECT id, path, site, format, lines, hits, rejects, bytes, complete, host, last_read, state, unread, note
FROM log
ORDER BY id, path
LIMIT $limit
