-- title: Pages to classify again
-- about: chunk_page: all pages, as if they were new.
-- reads: store.page, {of_site}
-- makes: chunk_page
CREATE OR REPLACE TEMP TABLE chunk_page AS
SELECT site_id, target, target_key, CAST(NULL AS INTEGER) AS page_id, NULL AS is_asset, NULL AS article_id
FROM store.page
WHERE {of_site}
