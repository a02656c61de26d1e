-- title: What each request asked for
-- about: chunk_target: a request's number, method, site, page and article.
CREATE OR REPLACE TEMP TABLE chunk_target AS
WITH page AS (
    SELECT site_id, target, page_id, is_asset, article_id
    FROM chunk_page
    WHERE page_id IS NOT NULL
    UNION ALL
    SELECT site_id, target, page_id, is_asset, article_id
    FROM chunk_page_new
)
SELECT request.request_no, request.method, page.site_id, page.page_id, page.is_asset, page.article_id
FROM chunk_request AS request
JOIN store.site AS site ON site.name = coalesce($site, request.vhost)
JOIN page ON page.site_id = site.site_id AND page.target = request.target
