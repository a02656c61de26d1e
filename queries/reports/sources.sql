-- title: Logs that were read
-- about: Each log by its content, under the name it was last read: its lines, what they were, how far
-- about: and when it was read, and whether its end was reached. Below them the files that wait, or are not
-- about: whole, and why.
-- param limit integer: Show at most N rows; 0 shows all.
-- columns: id, path, site, format, lines, hits, rejects, bytes, complete, host, last_read, state, unread, note
WITH log AS (
    SELECT
        source_id AS id, path, site, format, lines, hits, rejects, position AS bytes, complete, host, last_read,
        state, unread, if(also = '', '', 'also ' || also) AS note
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
