-- title: Days on which nobody read an article any more
-- about: An article without a view has no row of that day.
-- reads: chunk_article_change
-- makes: store.article_day
DELETE FROM store.article_day AS total
USING chunk_article_change AS change
WHERE change.site_id = total.site_id AND change.day = total.day AND change.article_id = total.article_id
    AND total.views = 0
