-- title: New pages
-- about: chunk_page_new: each new page, numbered, with its article. An asset has no article.
-- reads: chunk_article_known, chunk_url, store.page
-- makes: chunk_page_new
CREATE OR REPLACE TEMP TABLE chunk_page_new AS
SELECT
    (SELECT coalesce(max(page_id), 0) FROM store.page)
        + row_number() OVER (ORDER BY page.site_id, page.target_key) AS page_id,
    page.site_id,
    page.target_key,
    page.target,
    page.is_asset,
    CASE WHEN NOT page.is_asset THEN article.article_id END AS article_id
FROM chunk_url AS page
LEFT JOIN chunk_article_known AS article USING (identity_key, site_id)
