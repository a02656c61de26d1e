-- title: Changes of each article's days
-- about: chunk_article_change: the chunk's page views of each article and local day. They are counted by page first, so
-- about: that fewer rows are joined with the pages.
-- reads: chunk_counted, chunk_minute, store.page
-- makes: chunk_article_change
CREATE OR REPLACE TEMP TABLE chunk_article_change AS
WITH page_day AS (
    SELECT view.site_id, hit.day, view.page_id, count(*) AS views
    FROM chunk_counted AS view
    JOIN chunk_minute AS hit ON hit.site_id = view.site_id AND hit.minute = date_trunc('minute', view.logged_at)
    WHERE view.hit_class = 'page view'
    GROUP BY view.site_id, hit.day, view.page_id
)
SELECT page_day.site_id, page_day.day, page.article_id, CAST(sum(page_day.views) AS BIGINT) AS views
FROM store.page AS page
JOIN page_day ON page_day.page_id = page.page_id
GROUP BY page_day.site_id, page_day.day, page.article_id
