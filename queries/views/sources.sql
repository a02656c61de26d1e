-- title: Sources
-- about: sources: each log, identified by its content, and its position. `repeated` is the number of lines that
-- about: were read before in another log. `state` is read, unfinished (the next run continues), gone (the rest is lost)
-- about: or refused (most of its last lines, or all of its lines, were rejected); `unread` is the number of bytes that
-- about: were not read: where state is read, those of an incomplete last line; `also` lists other files with the same
-- about: lines.
-- reads: store.gap, store.seen, store.source
-- makes: sources
CREATE OR REPLACE TEMP VIEW sources AS
WITH name AS (
    SELECT source_id, string_agg(path, ', ' ORDER BY path) AS also
    FROM (
        SELECT seen.source_id, seen.path
        FROM store.seen AS seen
        JOIN store.source AS source ON source.source_id = seen.source_id AND source.path <> seen.path
        WHERE seen.state IN ('read', 'copy')
    )
    GROUP BY source_id
),
gone AS (
    SELECT DISTINCT gap.source_id
    FROM store.gap AS gap
    JOIN store.source AS source ON source.source_id = gap.source_id AND source.position = gap.position
)
SELECT
    source.source_id, source.path, source.machine, source.site, source.format, source.position, source.lines,
    source.hits, source.rejects, source.repeated, source.complete, source.first_read, source.last_read,
    CASE
        WHEN source.is_refused OR (source.hits + source.repeated = 0 AND source.recent_rejects > 0) THEN 'refused'
        WHEN source.complete THEN 'read'
        WHEN gone.source_id IS NOT NULL THEN 'gone'
        ELSE 'unfinished'
    END AS state,
    greatest(source.size - source.position, 0) AS unread,
    coalesce(name.also, '') AS also
FROM store.source AS source
LEFT JOIN name ON name.source_id = source.source_id
LEFT JOIN gone ON gone.source_id = source.source_id
