-- title: Requests with their ids
-- about: chunk_request_known: each request that was new to the run, with the ids of its site, page and method.
-- reads: chunk_page, chunk_page_new, store.method
-- makes: chunk_request_known
CREATE OR REPLACE TEMP TABLE chunk_request_known AS
SELECT
    request.code,
    request.vhost,
    request.request,
    request.request_key,
    request.site_id,
    CAST(coalesce(request.page_id, page.page_id) AS INTEGER) AS page_id,
    coalesce(request.is_asset, page.is_asset) AS is_asset,
    method.method_id,
    request.times
FROM chunk_page AS request
JOIN store.method AS method USING (method)
LEFT JOIN chunk_page_new AS page USING (site_id, target_key)
