-- title: New pages of an import
-- about: Inserts the new pages, each with its article.
-- reads: import_page, store.article
-- makes: store.page
INSERT INTO store.page
SELECT page.page_id, page.site_id, page.target_key, page.target, page.is_asset, article.article_id
FROM import_page AS page
LEFT JOIN store.article AS article ON article.identity_key = page.identity_key AND article.site_id = page.site_id
WHERE page.is_new
