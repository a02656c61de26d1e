-- title: Words of searches
-- about: A query of the pages of `viewed_page` that are a search, each with its words: decoded, composed (NFC), in lower
-- about: case, with single spaces, at most 200 characters. Words that can't be decoded stay as they were requested.
-- reads: viewed_page
WITH parameter AS (
    {fragments/searches/parameters}
), argument AS (
    SELECT
        page_id,
        unnest(string_split(substr(split_part(page, '#', 1), strpos(page, '?') + 1), '&')) AS argument
    FROM viewed_page
), written AS (
    SELECT
        argument.page_id,
        arg_min(
            replace(substr(argument.argument, strpos(argument.argument, '=') + 1), '+', '%20'),
            (parameter.rank, argument.argument)
        ) AS text
    FROM argument
    JOIN parameter ON parameter.name = lower(split_part(argument.argument, '=', 1))
    WHERE NOT ends_with(argument.argument, '=')
    GROUP BY argument.page_id
), decoded AS (
    SELECT page_id, coalesce(try(url_decode(text)), text) AS text
    FROM written
), plain AS (
    SELECT page_id, trim(regexp_replace(lower(nfc_normalize(text)), '[\s\x00-\x1f\x7f]+', ' ', 'g')) AS words
    FROM decoded
)
SELECT page_id, left(words, 200) AS words
FROM plain
WHERE words <> ''
