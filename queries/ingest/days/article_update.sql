-- title: Known days of articles
-- about: Adds the change to the views of each article and day.
-- reads: chunk_article_change
-- makes: store.article_day
UPDATE store.article_day AS total
SET views = total.views + change.views
FROM chunk_article_change AS change
WHERE total.site_id = change.site_id
    AND total.day = change.day
    AND total.article_id = change.article_id
