-- title: Where a chunk starts
-- about: The lines of the source that were read, whether it is refused, and the row of the next hit. The number of the
-- about: last row is at least the count of rows minus one, so only the newest rows are searched. known_times is the
-- about: number of the chunk's lines that were not logged after the newest hit of the site: only these can have been
-- about: read before.
-- reads: chunk_line, store.hit, store.site, store.source, $site, $source_id
SELECT
    source.lines AS lines_before,
    source.is_refused,
    source.repeated_at_end,
    (
        SELECT coalesce(max(rowid) + 1, 0) FROM store.hit
        WHERE rowid >= (SELECT count(*) FROM store.hit) - 1
    ) AS first_row,
    (
        SELECT count(*) FROM chunk_line
        WHERE reason IS NULL
            AND logged_at <= (SELECT max(logged_until) FROM store.site WHERE name = coalesce($site, name))
    ) AS known_times
FROM store.source AS source
WHERE source.source_id = $source_id
