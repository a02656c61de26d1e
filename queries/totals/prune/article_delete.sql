-- title: Articles of no page and no view
-- about: An article that was ever read is kept, for its views of each day are.
-- reads: store.article_day, store.page
-- makes: store.article
DELETE FROM store.article
WHERE article_id NOT IN (
    SELECT article_id FROM store.page WHERE article_id IS NOT NULL
    UNION
    SELECT article_id FROM store.article_day
)
