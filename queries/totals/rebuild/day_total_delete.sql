-- title: Room for the recomputed rows of day_total
-- about: The stored rows go; what the kept hits give takes their place in the same transaction.
-- makes: store.day_total
DELETE FROM store.day_total
