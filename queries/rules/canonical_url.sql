-- title: What is one article
-- about: chunk_url: for each page the store has not met, whether it is an asset, its canonical address,
-- about: and which article that is by the rules of its site: the identity. Where no rule fits that is the
-- about: address, and the page no article. A step that can't be taken, such as decoding what is no UTF-8,
-- about: leaves the address as it is.
-- reads: chunk_page, $alias_from, $alias_to, $articles, $asset, $identity_key, $index_file, $own_origin, $session,
-- reads: $tracking, {fold}, {identity}, {own_hosts}, {rule_index}, {section}, {steps}
-- makes: chunk_url
CREATE OR REPLACE TEMP TABLE chunk_url AS
WITH page AS (
    SELECT DISTINCT site_id, target, target_key
    FROM chunk_page
    WHERE page_id IS NULL
), without_fragment AS (
    SELECT *, split_part(target, '#', 1) AS whole
    FROM page
), written AS (
    SELECT
        *,
        CASE WHEN starts_with(target, '/') THEN '' ELSE lower(regexp_extract(whole, '^(?i:https?)://[^/?]*')) END
            AS written_origin
    FROM without_fragment
), without_origin AS (
    SELECT
        *,
        CASE
            WHEN list_contains({own_hosts}, regexp_extract(written_origin, $own_origin, 1)) THEN ''
            ELSE written_origin
        END AS origin,
        substr(whole, length(written_origin) + 1) AS local
    FROM written
), cut AS (
    SELECT *, split_part(local, '?', 1) AS written_path
    FROM without_origin
), without_session AS (
    SELECT
        *,
        substr(local, length(written_path) + 2) AS query,
        CASE WHEN contains(written_path, ';') THEN regexp_replace(written_path, $session, '', 'g') ELSE written_path END
            AS raw_path
    FROM cut
), plain AS (
    SELECT *, CASE WHEN contains(raw_path, '%') THEN try(url_decode(raw_path)) ELSE raw_path END AS plain_path
    FROM without_session
), decoded AS (
    SELECT
        *,
        nfc_normalize(CASE WHEN regexp_matches(plain_path, '^[^?#\x00-\x1f\x7f]*$') THEN plain_path ELSE raw_path END)
            AS decoded_path
    FROM plain
), collapsed AS (
    SELECT
        *,
        CASE
            WHEN decoded_path = '' AND written_origin <> '' THEN '/'
            WHEN starts_with(decoded_path, '/') AND regexp_matches(decoded_path, '//|/\.\.?(?:/|$)') THEN
                list_reduce(
                    string_split(decoded_path, '/'),
                    lambda above, part: CASE part
                        WHEN '..' THEN regexp_replace(above, '/[^/]*$', '')
                        WHEN '.' THEN above
                        WHEN '' THEN above
                        ELSE above || '/' || part
                    END
                ) || CASE WHEN regexp_matches(decoded_path, '/\.{0,2}$') THEN '/' ELSE '' END
            ELSE decoded_path
        END AS path
    FROM decoded
), kept AS (
    SELECT
        *,
        regexp_matches(path, $asset) AS is_asset,
        CASE WHEN query <> '' THEN list_filter(
            list_transform(
                string_split(query, '&'),
                lambda written: CASE
                    WHEN regexp_matches(try(url_decode(replace(written, '+', '%20'))), '^[^&#\x00-\x1f\x7f]*$')
                        THEN nfc_normalize(url_decode(replace(written, '+', '%20')))
                    ELSE written
                END
            ),
            lambda parameter: parameter <> '' AND NOT regexp_matches(parameter, $tracking)
        ) END AS kept_parameters
    FROM collapsed
), folded AS (
    SELECT
        *,
        list_sort(
            CASE
                WHEN {fold} THEN list_transform(kept_parameters, lambda parameter: lower(parameter))
                ELSE kept_parameters
            END
        ) AS parameters,
        coalesce(len(kept_parameters), 0) > 0 AS has_query
    FROM kept
), shortened AS (
    SELECT
        *,
        CASE
            WHEN has_query OR NOT starts_with(path, '/') THEN path
            ELSE coalesce(nullif(regexp_replace(path, $index_file, ''), ''), '/')
        END AS short_path
    FROM folded
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
