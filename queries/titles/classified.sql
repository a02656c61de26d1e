-- title: Titles with their articles
-- about: title_classified: the titles of title_given, each with its article. An asset has no article.
-- reads: chunk_url, title_given
-- makes: title_classified
CREATE OR REPLACE TEMP TABLE title_classified AS
SELECT given.*, classified.identity_key, classified.is_asset
FROM title_given AS given
JOIN chunk_url AS classified ON classified.site_id = given.site_id AND classified.target = given.target
