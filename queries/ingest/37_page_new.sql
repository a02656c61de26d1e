-- title: A chunk's new pages
-- about: chunk_page_new: each page the store has not met, numbered, with its article (an asset has none).
CREATE OR REPLACE TEMP TABLE chunk_page_new AS
WITH article AS (
    SELECT article_id, address_key, site_id, address FROM store.article
    SEMI JOIN chunk_address USING (address_key, site_id, address)
)
SELECT
    (SELECT coalesce(max(page_id), 0) FROM store.page)
        + row_number() OVER (ORDER BY page.site_id, page.target) AS page_id,
    page.site_id,
    page.target_key,
    page.target,
    page.is_asset,
    CASE WHEN NOT page.is_asset THEN article.article_id END AS article_id
FROM chunk_address AS page
LEFT JOIN article USING (address_key, site_id, address)
