-- title: URLs of titles
-- about: chunk_page: the URLs of title_given, as if they were new.
-- reads: title_given
-- makes: chunk_page
CREATE OR REPLACE TEMP TABLE chunk_page AS
SELECT site_id, target, CAST(0 AS BIGINT) AS target_key, CAST(NULL AS INTEGER) AS page_id, CAST(NULL AS BOOLEAN) AS is_asset
FROM title_given
