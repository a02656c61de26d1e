-- title: Pages the store has not met
-- about: The chunk's new pages go into the store.
-- reads: chunk_page_new
-- makes: store.page
INSERT INTO store.page
SELECT page_id, site_id, target_key, target, is_asset, article_id
FROM chunk_page_new
