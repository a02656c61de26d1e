-- title: Totals of days to replace
-- about: Deletes all rows; the recomputed ones are inserted in the same transaction.
-- makes: store.day_total
DELETE FROM store.day_total
