-- title: New pages
-- about: Inserts the chunk's new pages.
-- reads: chunk_page_new
-- makes: store.page
INSERT INTO store.page
SELECT page_id, site_id, target_key, target, is_asset, article_id
FROM chunk_page_new
