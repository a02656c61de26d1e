-- title: Where a chunk starts
-- about: The lines of the source that were read, whether it is refused, and the row of the next hit. The number of the
-- about: last row is at least the count of rows minus one, so only the newest rows are searched.
-- reads: store.hit, store.source, $source_id
SELECT
    (SELECT lines FROM store.source WHERE source_id = $source_id) AS lines_before,
    (SELECT is_refused FROM store.source WHERE source_id = $source_id) AS is_refused,
    (
        SELECT coalesce(max(rowid) + 1, 0) FROM store.hit
        WHERE rowid >= (SELECT count(*) FROM store.hit) - 1
    ) AS first_row
