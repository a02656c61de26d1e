-- title: Views of the period before
-- about: A query of the views of each row of `listed` in the period that the report compares with; page_views are those
-- about: of people.
-- reads: bot_views, listed, $before, $before_until, $with_bots
-- args: page_views
WITH viewed AS (
    SELECT site_id, article_id, logged_at FROM {page_views}
    UNION ALL
    SELECT site_id, article_id, logged_at FROM bot_views
    WHERE $with_bots
), article AS (
    SELECT site_id, article_id, count(*) AS views
    FROM viewed
    WHERE logged_at >= $before AND logged_at < $before_until
    GROUP BY site_id, article_id
)
SELECT article.site_id, listed.row_id, listed.section, sum(article.views) AS views
FROM article
JOIN listed ON listed.article_id = article.article_id
GROUP BY article.site_id, listed.row_id, listed.section
