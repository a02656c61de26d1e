-- title: Room for the recomputed rows of article_day
-- about: The stored rows go; what the kept hits give takes their place in the same transaction.
-- makes: store.article_day
DELETE FROM store.article_day
