-- title: Views of articles to replace
-- about: Deletes all rows; the recomputed ones are inserted in the same transaction.
-- makes: store.article_day
DELETE FROM store.article_day
