-- title: Logs that were read
-- about: Each log, identified by its content, with the name under which it was last read: its lines, hits and
-- about: rejects, the position and time up to which it was read, whether that is its end, and how many of its lines were
-- about: read before in another log. Files that were not read, or not to their end, follow with the reason.
-- reads: sources, waiting, $limit, $site
-- param limit integer: Show at most N rows; 0 shows all.
-- columns: id, path, site, format, lines, hits, rejects, bytes, complete, host, last_read, state, unread, repeated,
-- columns: note
WITH log AS (
    SELECT
        source_id AS id, path, site, format, lines, hits, rejects, position AS bytes, complete,
        machine AS host, date_trunc('second', last_read) AS last_read, state, unread, repeated,
        concat_ws(
            '; ',
            CASE WHEN also <> '' THEN 'also ' || also END,
            CASE WHEN complete AND unread > 0 THEN 'its last line is incomplete' END
        ) AS note
    FROM sources
    WHERE $site IS NULL OR site = $site
    UNION ALL
    SELECT
        NULL, path, NULL, NULL, 0, 0, 0, 0, false, NULL, NULL, state, CASE WHEN state = 'incomplete' THEN size END, 0, note
    FROM waiting
    WHERE $site IS NULL
)
SELECT id, path, site, format, lines, hits, rejects, bytes, complete, host, last_read, state, unread, repeated, note
FROM log
ORDER BY id, path
LIMIT $limit
