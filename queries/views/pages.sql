-- title: Pages
-- about: pages: each address that was asked for, as it was, with its article (an asset has none).
-- reads: store.page
-- makes: pages
CREATE OR REPLACE TEMP VIEW pages AS
SELECT page_id, site_id, target AS page, is_asset, article_id
FROM store.page
