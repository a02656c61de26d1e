-- title: The articles of a chunk's new pages
-- about: chunk_article_met: each address of a new page that is no asset, with the store's article; new
-- about: ones go into the store.
CREATE OR REPLACE TEMP TABLE chunk_article AS
SELECT DISTINCT site_id, address_key, address
FROM chunk_address
WHERE NOT is_asset;

CREATE OR REPLACE TEMP TABLE chunk_article_met AS
SELECT article_id, site_id, address_key
FROM store.article
SEMI JOIN chunk_article USING (address_key, site_id);

CREATE OR REPLACE TEMP TABLE chunk_article_new AS
SELECT
    (SELECT coalesce(max(article_id), 0) FROM store.article)
        + row_number() OVER (ORDER BY site_id, address_key) AS article_id,
    site_id,
    address_key,
    address
FROM chunk_article
ANTI JOIN chunk_article_met USING (address_key, site_id);

INSERT INTO store.article
SELECT article_id, site_id, address_key, address, NULL FROM chunk_article_new;

INSERT INTO chunk_article_met
SELECT article_id, site_id, address_key FROM chunk_article_new
