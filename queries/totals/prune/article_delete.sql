-- title: Articles without pages and views
-- about: Deletes articles that no page and no day refers to. An article that was ever viewed is kept.
-- reads: store.article_day, store.page
-- makes: store.article
DELETE FROM store.article
WHERE article_id NOT IN (
    SELECT article_id FROM store.page WHERE article_id IS NOT NULL
    UNION
    SELECT article_id FROM store.article_day
)
