-- title: Logs that were read
-- about: Each log by its content, under the name by which it was last read: its lines, hits and rejects, how far and
-- about: when it was read, and whether to its end. After the logs, files that are not read, or not to their end, and
-- about: the reason.
-- reads: sources, waiting, $limit, $site
-- param limit integer: Show at most N rows; 0 shows all.
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
