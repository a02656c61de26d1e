-- title: The parts of a URL
-- about: A query of each new page of chunk_page with its origin, path and query as written, without a fragment, also
-- about: one whose # is encoded; the path without a session. Bytes that a log has as \xhh are percent-encoded.
-- reads: chunk_page, $own_origin, $path_fragment, $query_fragment, $session, {own_hosts}
WITH page AS (
    SELECT DISTINCT site_id, target, target_key
    FROM chunk_page
    WHERE page_id IS NULL
), cut_at_mark AS (
    SELECT
        *,
        CASE
            WHEN contains(target, '\x') AND regexp_matches(target, '^(?i:/|https?://)')
                THEN regexp_replace(split_part(target, '#', 1), '\\x([01][0-9a-f]|7f|[89a-f][0-9a-f]|5c)', '%\1', 'g')
            ELSE split_part(target, '#', 1)
        END AS before_mark
    FROM page
), without_fragment AS (
    SELECT
        * EXCLUDE (before_mark),
        CASE
            WHEN contains(before_mark, '%23')
                THEN regexp_replace(
                    regexp_replace(before_mark, $path_fragment, '\1'), $query_fragment, '\1', 'g'
                )
            ELSE before_mark
        END AS whole
    FROM cut_at_mark
), written AS (
    SELECT
        *,
        CASE WHEN starts_with(target, '/') THEN '' ELSE lower(regexp_extract(whole, '^(?i:https?)://[^/?]*')) END
            AS written_origin
    FROM without_fragment
), hosted AS (
    SELECT
        *,
        CASE WHEN written_origin <> '' THEN regexp_extract(written_origin, $own_origin, 1) ELSE '' END AS written_host
    FROM written
), without_origin AS (
    SELECT
        *,
        CASE WHEN list_contains({own_hosts}, {fragments/host(written_host)}) THEN '' ELSE written_origin END AS origin,
        substr(whole, length(written_origin) + 1) AS local
    FROM hosted
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
)
SELECT * FROM without_session
