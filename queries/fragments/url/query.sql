-- title: The query of a URL
-- about: A query of `with_path` with is_asset and the parameters: decoded, without tracking, sorted. An ampersand that
-- about: was written as HTML leaves `amp;` before a name.
-- reads: with_path, $asset, $tracking, {fold}
WITH separated AS (
    SELECT
        *,
        CASE
            WHEN contains(query, 'amp') THEN regexp_replace(query, '(^|&)(?:amp(?:;|%3[Bb]))+', '\1', 'g')
            ELSE query
        END AS plain_query
    FROM with_path
), kept AS (
    SELECT
        *,
        regexp_matches(path, $asset) AS is_asset,
        CASE WHEN query <> '' THEN list_filter(
            list_transform(
                string_split(plain_query, '&'),
                lambda written: CASE
                    WHEN NOT regexp_matches(written, '[%+#\x00-\x1f\x7f]') THEN nfc_normalize(written)
                    WHEN regexp_matches(try(url_decode(replace(written, '+', '%20'))), '^[^&#\x00-\x1f\x7f]*$')
                        THEN nfc_normalize(url_decode(replace(written, '+', '%20')))
                    ELSE {fragments/url/escapes(written)}
                END
            ),
            lambda parameter: parameter <> '' AND NOT regexp_matches(parameter, $tracking)
        ) END AS kept_parameters
    FROM separated
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
)
SELECT * FROM folded
