-- title: What a chunk changes in each article's day
-- about: chunk_article_change: the chunk's page views of each article by local day.
CREATE OR REPLACE TEMP TABLE chunk_article_change AS
WITH minute_view AS (
    SELECT view.site_id, page.article_id, date_trunc('minute', view.logged_at) AS minute, count(*) AS views
    FROM store.page AS page
    JOIN chunk_counted AS view ON view.page_id = page.page_id
    WHERE view.counts_as = 'page view'
    GROUP BY view.site_id, page.article_id, minute
)
SELECT view.site_id, hit.day, view.article_id, sum(view.views)::BIGINT AS views
FROM minute_view AS view
JOIN chunk_minute AS hit USING (site_id, minute)
GROUP BY view.site_id, hit.day, view.article_id
