-- title: Titles to classify again
-- about: chunk_page: the URLs of all titles, as if they were new.
-- reads: store.title, {of_site}
-- makes: chunk_page
CREATE OR REPLACE TEMP TABLE chunk_page AS
SELECT site_id, url AS target, CAST(0 AS BIGINT) AS target_key, CAST(NULL AS INTEGER) AS page_id, NULL AS is_asset
FROM store.title
WHERE {of_site}
