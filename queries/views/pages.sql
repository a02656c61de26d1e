-- title: Pages
-- about: pages: each request target as logged, with its article. An asset has no article.
-- reads: store.page
-- makes: pages
CREATE OR REPLACE TEMP VIEW pages AS
SELECT page_id, site_id, target AS page, is_asset, article_id
FROM store.page
