-- title: Articles without a page
-- about: Deletes the articles of a site that no page and no day of pruned views has any more.
-- reads: store.page, store.pruned_article_day, $site_id
-- makes: store.article
DELETE FROM store.article
WHERE site_id = $site_id
    AND article_id NOT IN (
        SELECT article_id FROM store.page WHERE article_id IS NOT NULL
        UNION
        SELECT article_id FROM store.pruned_article_day
    )
