-- title: Room for the recomputed rows of visit
-- about: The stored rows go; what the kept hits give takes their place in the same transaction.
-- makes: store.visit
DELETE FROM store.visit
