-- title: Room for the recomputed rows of visit
-- about: The stored rows go; what the kept hits give takes their place in the same transaction.
DELETE FROM store.visit
