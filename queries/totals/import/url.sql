-- title: Articles of an import
-- about: chunk_url: the articles of the export, as if they were URLs of new pages.
-- reads: import_article, store.site, $identity_key
-- makes: chunk_url
CREATE OR REPLACE TEMP TABLE chunk_url AS
SELECT
    site.site_id,
    false AS is_asset,
    article.url,
    article.section,
    article.is_article,
    article.identity,
    md5_number($identity_key || article.identity) AS identity_key
FROM import_article AS article
JOIN store.site AS site ON site.name = article.site
