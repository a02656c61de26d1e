-- title: The addresses of titles
-- about: chunk_page: the addresses of title_given, as if the store had not met them.
-- reads: title_given
-- makes: chunk_page
CREATE OR REPLACE TEMP TABLE chunk_page AS
SELECT site_id, target, 0::BIGINT AS target_key, NULL::INTEGER AS page_id, NULL::BOOLEAN AS is_asset
FROM title_given
