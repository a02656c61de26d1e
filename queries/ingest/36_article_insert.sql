-- title: Articles the store has not met
-- about: Each new address of a page that is no asset, once.
INSERT INTO store.article
WITH address AS (
    SELECT DISTINCT site_id, address_key, address
    FROM chunk_address
    WHERE NOT is_asset
), met AS (
    SELECT address_key, site_id, address FROM store.article
    SEMI JOIN address USING (address_key, site_id, address)
), newcomer AS (
    SELECT address_key, site_id, address FROM address
    ANTI JOIN met USING (address_key, site_id, address)
)
SELECT
    (SELECT coalesce(max(article_id), 0) FROM store.article) + row_number() OVER (ORDER BY site_id, address),
    site_id,
    address_key,
    address,
    NULL
FROM newcomer
