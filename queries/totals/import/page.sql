-- title: Pages of an import
-- about: import_page: the page of each target of imported hits, numbered where it is new.
-- reads: import_hit, store.page, store.site, $identity_key
-- makes: import_page
CREATE OR REPLACE TEMP TABLE import_page AS
WITH given AS (
    SELECT DISTINCT site, target, is_asset, identity FROM import_hit
), keyed AS (
    SELECT
        site.site_id,
        given.site,
        given.target,
        md5_number($identity_key || given.target) AS target_key,
        given.is_asset,
        md5_number($identity_key || given.identity) AS identity_key
    FROM given
    JOIN store.site AS site ON site.name = given.site
), known AS (
    SELECT page.page_id, page.site_id, page.target_key
    FROM store.page AS page
    SEMI JOIN keyed USING (target_key, site_id)
)
SELECT
    keyed.site_id,
    keyed.site,
    keyed.target,
    keyed.target_key,
    keyed.is_asset,
    keyed.identity_key,
    CAST(coalesce(
        known.page_id,
        (SELECT coalesce(max(page_id), 0) FROM store.page)
            + row_number() OVER (ORDER BY known.page_id NULLS FIRST, keyed.site_id, keyed.target_key)
    ) AS INTEGER) AS page_id,
    known.page_id IS NULL AS is_new
FROM keyed
LEFT JOIN known USING (target_key, site_id)
