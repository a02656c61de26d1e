-- title: Visits to replace
-- about: Deletes all rows; the recomputed ones are inserted in the same transaction.
-- makes: store.visit
DELETE FROM store.visit
