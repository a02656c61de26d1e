-- title: URLs to classify
-- about: chunk_page: URLs from the command line or the settings, as if they were new.
-- reads: $sites, $targets
-- makes: chunk_page
CREATE OR REPLACE TEMP TABLE chunk_page AS
SELECT
    unnest($sites) AS site_id,
    unnest($targets) AS target,
    CAST(0 AS BIGINT) AS target_key,
    CAST(NULL AS INTEGER) AS page_id,
    CAST(NULL AS BOOLEAN) AS is_asset
