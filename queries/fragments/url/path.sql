-- title: The path of a URL
-- about: A query of `parts` with the path: decoded, composed (NFC), its folders collapsed.
-- reads: parts
WITH plain AS (
    SELECT *, CASE WHEN contains(raw_path, '%') THEN try(url_decode(raw_path)) ELSE raw_path END AS plain_path
    FROM parts
), decoded AS (
    SELECT
        *,
        nfc_normalize(
            CASE
                WHEN regexp_matches(plain_path, '^[^?#\x00-\x1f\x7f]*$') THEN plain_path
                ELSE {fragments/url/escapes(raw_path)}
            END
        ) AS decoded_path
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
)
SELECT * FROM collapsed
