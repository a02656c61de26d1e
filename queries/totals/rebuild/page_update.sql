-- title: Pages classified again
-- about: Updates which pages are assets, and the articles of the others, by the current rules.
-- reads: chunk_page_new
-- makes: store.page
UPDATE store.page AS page
SET is_asset = new.is_asset, article_id = new.article_id
FROM chunk_page_new AS new
WHERE new.target_key = page.target_key AND new.site_id = page.site_id
