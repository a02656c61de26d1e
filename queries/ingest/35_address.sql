-- title: What is one article
-- about: chunk_address: for each page the store has not met, whether it is an asset, and its article's
-- about: address: the target without its fragment and without tracking parameters.
CREATE OR REPLACE TEMP TABLE chunk_address AS
WITH page AS (
    SELECT DISTINCT site_id, target, target_key
    FROM chunk_page
    WHERE page_id IS NULL
), cut AS (
    SELECT
        site_id,
        target,
        target_key,
        split_part(target, '#', 1) AS whole,
        split_part(whole, '?', 1) AS path,
        substr(whole, length(path) + 2) AS query
    FROM page
), kept AS (
    SELECT
        site_id,
        target,
        target_key,
        path,
        CASE WHEN query <> '' THEN list_filter(
            string_split(query, '&'),
            lambda parameter: parameter <> '' AND NOT regexp_matches(parameter, $tracking)
        ) END AS parameters
    FROM cut
)
SELECT
    site_id,
    target,
    target_key,
    regexp_matches(path, $asset) AS is_asset,
    path || CASE WHEN len(parameters) > 0 THEN '?' || array_to_string(parameters, '&') ELSE '' END AS address,
    md5_number($identity_key || address) AS address_key
FROM kept
