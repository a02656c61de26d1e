-- title: What a chunk changes in each article's day
-- about: chunk_article_change: the chunk's page views of each article by local day.
CREATE OR REPLACE TEMP TABLE chunk_article_change AS
WITH minute_view AS (
    SELECT site_id, article_id, date_trunc('minute', logged_at) AS minute, count(*) AS views
    FROM chunk_counted
    WHERE counts_as = 'page view'
    GROUP BY site_id, article_id, minute
)
SELECT view.site_id, day.day, view.article_id, sum(view.views)::BIGINT AS views
FROM minute_view AS view
JOIN chunk_day AS day USING (site_id, minute)
GROUP BY view.site_id, day.day, view.article_id
