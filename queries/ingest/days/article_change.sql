-- title: Changes of each article's days
-- about: chunk_article_change: the chunk's page views of each article and local day.
-- reads: chunk_counted, chunk_minute, store.page
-- makes: chunk_article_change
CREATE OR REPLACE TEMP TABLE chunk_article_change AS
SELECT view.site_id, hit.day, page.article_id, count(*) AS views
FROM store.page AS page
JOIN chunk_counted AS view ON view.page_id = page.page_id
JOIN chunk_minute AS hit ON hit.site_id = view.site_id AND hit.minute = date_trunc('minute', view.logged_at)
WHERE view.hit_class = 'page view'
GROUP BY view.site_id, hit.day, page.article_id
