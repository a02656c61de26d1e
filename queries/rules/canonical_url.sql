-- title: Canonical URLs
-- about: chunk_url: each new page, whether it is an asset, its canonical URL, and the identity of its article by the
-- about: rules of its site. Where no rule matches, the identity is the URL, and the page is not an article. A step that
-- about: fails, such as decoding bytes that are not UTF-8, leaves the URL unchanged.
-- reads: chunk_page, $alias_from, $alias_to, $articles, $asset, $identity_key, $index_file, $own_origin,
-- reads: $path_fragment, $query_fragment, $session, $tracking, {fold}, {identity}, {own_hosts}, {rule_index}, {section}, {steps}
-- makes: chunk_url
CREATE OR REPLACE TEMP TABLE chunk_url AS
WITH parts AS (
    {fragments/url/parts}
), with_path AS (
    {fragments/url/path}
), with_query AS (
    {fragments/url/query}
), shortened AS (
    SELECT
        *,
        CASE
            WHEN has_query OR NOT starts_with(path, '/') THEN path
            ELSE coalesce(nullif(regexp_replace(path, $index_file, ''), ''), '/')
        END AS short_path
    FROM with_query
), joined AS (
    SELECT
        *,
        origin
            || CASE WHEN {fold} THEN lower(short_path) ELSE short_path END
            || CASE WHEN has_query THEN '?' || array_to_string(parameters, '&') ELSE '' END AS url
    FROM shortened
), ruled AS (
    SELECT *, {rule_index} AS rule_index
    FROM joined
), identified AS (
    SELECT *, {identity} AS ruled_identity, {section} AS section
    FROM ruled
), aliased AS (
    SELECT *, list_position($alias_from, site_id || ' ' || ruled_identity) AS alias
    FROM identified
), named AS (
    SELECT *, coalesce($alias_to[alias], ruled_identity) AS identity
    FROM aliased
)
SELECT
    site_id,
    target,
    target_key,
    is_asset,
    CASE WHEN alias IS NOT NULL AND starts_with(identity, '/') THEN identity ELSE url END AS url,
    section,
    CASE
        WHEN alias IS NULL THEN coalesce(list_contains($articles, rule_index), false)
        ELSE NOT starts_with(identity, '/')
    END AS is_article,
    identity,
    md5_number($identity_key || identity) AS identity_key
    {steps}
FROM named
