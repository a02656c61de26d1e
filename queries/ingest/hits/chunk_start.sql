-- title: Where a chunk starts
-- about: The lines of the source that were read, whether it and its site are refused, and the row of the next hit. The
-- about: number of the last row is at least the count of rows minus one, so only the newest rows are searched.
-- about: known_times is the number of the chunk's lines that were not logged after the newest hit of the site: only
-- about: these can have been read before.
-- reads: chunk_line, store.hit, store.site, store.source, $site, $source_id, $source_site
SELECT
    source.lines AS lines_before,
    source.is_refused,
    (
        SELECT coalesce(bool_or(is_refused), false) FROM store.site WHERE name = coalesce($source_site, name)
    ) AS is_site_refused,
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
