-- title: Sources
-- about: sources: each log, identified by its content, and its position. `repeated` is the number of lines that
-- about: were read before in another log. `state` is read, unfinished (the next run continues) or gone (the rest is
-- about: lost); `unread` is the number of bytes that were not read; `also` lists other files with the same lines.
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
        WHEN source.complete THEN 'read'
        WHEN gone.source_id IS NOT NULL THEN 'gone'
        ELSE 'unfinished'
    END AS state,
    CASE WHEN source.complete THEN 0 ELSE greatest(source.size - source.position, 0) END AS unread,
    coalesce(name.also, '') AS also
FROM store.source AS source
LEFT JOIN name ON name.source_id = source.source_id
LEFT JOIN gone ON gone.source_id = source.source_id
