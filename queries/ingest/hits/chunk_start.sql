-- title: Where a chunk begins
-- about: How many lines of the source were read, and the row that the next hit gets. The last row's number
-- about: is at least the count of rows less one, so it is looked for from there on: among the newest only.
-- reads: store.hit, store.source, $source_id
SELECT
    (SELECT lines FROM store.source WHERE source_id = $source_id) AS lines_before,
    (
        SELECT coalesce(max(rowid) + 1, 0) FROM store.hit
        WHERE rowid >= (SELECT count(*) FROM store.hit) - 1
    ) AS first_row
