-- title: Where a chunk begins
-- about: How many lines of the source were read, and the row that the next hit gets.
SELECT
    (SELECT lines FROM store.source WHERE source_id = $source_id) AS lines_before,
    (SELECT coalesce(max(rowid) + 1, 0) FROM store.hit) AS first_row
