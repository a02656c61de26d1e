-- title: Requests with known pages
-- about: chunk_page: each request of chunk_request with its site, and its page in the store or NULL. Pages are looked
-- about: up only by their keys. chunk_page_new is created empty; most chunks have no new page.
-- reads: chunk_request, store.page, store.site, $site, {site_of}
-- makes: chunk_page, chunk_page_new
CREATE OR REPLACE TEMP TABLE chunk_page_new AS
SELECT page_id, site_id, target_key, target, is_asset, article_id
FROM store.page
LIMIT 0;

CREATE OR REPLACE TEMP TABLE chunk_page AS
WITH request AS (
    SELECT request.*, site.site_id
    FROM chunk_request AS request
    JOIN store.site AS site ON site.name = coalesce($site, {site_of})
), known AS (
    SELECT page.target_key, page.site_id, page.page_id, page.is_asset
    FROM store.page AS page
    SEMI JOIN request USING (target_key)
)
SELECT request.*, known.page_id, known.is_asset
FROM request
LEFT JOIN known USING (target_key, site_id)
