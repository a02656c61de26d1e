-- title: A chunk's pages, as far as the store has met them
-- about: chunk_page: each target of each site once, with the store's page or NULL.
CREATE OR REPLACE TEMP TABLE chunk_page AS
WITH target AS (
    SELECT DISTINCT site.site_id, request.target
    FROM chunk_request AS request
    JOIN store.site AS site ON site.name = coalesce($site, request.vhost)
), keyed AS (
    SELECT site_id, target, (md5_number_lower(target) >> 1)::BIGINT AS target_key
    FROM target
), met AS (
    SELECT page.target_key, page.site_id, page.target, page.page_id, page.is_asset
    FROM store.page AS page
    SEMI JOIN keyed USING (target_key, site_id, target)
)
SELECT keyed.site_id, keyed.target, keyed.target_key, met.page_id, met.is_asset
FROM keyed
LEFT JOIN met USING (target_key, site_id, target)
