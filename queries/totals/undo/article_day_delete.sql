-- title: Days without views of an article
-- about: Deletes the row of an article and day that has no view left.
-- reads: chunk_article_change
-- makes: store.article_day
DELETE FROM store.article_day AS total
USING chunk_article_change AS change
WHERE change.site_id = total.site_id AND change.day = total.day AND change.article_id = total.article_id
    AND total.views = 0
