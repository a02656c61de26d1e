-- title: the articles' views are those of the page views
-- about: Articles and days whose stored views differ from the recomputed ones.
-- reads: chunk_article_change, store.article, store.article_day
WITH stored AS (
    SELECT site_id, day, article_id, sum(views) AS views
    FROM store.article_day
    GROUP BY site_id, day, article_id
), pair AS (
    SELECT
        coalesce(total.article_id, change.article_id) AS article_id,
        coalesce(total.day, change.day) AS day,
        total.views AS stored,
        change.views AS recomputed
    FROM stored AS total
    FULL JOIN chunk_article_change AS change
        ON change.article_id = total.article_id AND change.day = total.day AND change.site_id = total.site_id
)
SELECT 'views of ' || article.identity || ' on ' || pair.day AS what, pair.stored, pair.recomputed
FROM pair
LEFT JOIN store.article AS article ON article.article_id = pair.article_id
WHERE pair.stored IS DISTINCT FROM pair.recomputed
ORDER BY what
