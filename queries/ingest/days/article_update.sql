-- title: Articles' days the store has
-- about: The change is added to each article's views of the day.
-- reads: chunk_article_change
-- makes: store.article_day
UPDATE store.article_day AS total
SET views = total.views + change.views
FROM chunk_article_change AS change
WHERE total.site_id = change.site_id
    AND total.day = change.day
    AND total.article_id = change.article_id
