-- title: Which articles the titles are of
-- about: title_classified: the titles of title_given, each with its article; an asset has none.
-- reads: chunk_url, title_given
-- makes: title_classified
CREATE OR REPLACE TEMP TABLE title_classified AS
SELECT given.*, told.identity_key, told.is_asset
FROM title_given AS given
JOIN chunk_url AS told ON told.site_id = given.site_id AND told.target = given.target
