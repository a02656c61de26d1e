-- title: The parts of a URL
-- about: A query of each new page of chunk_page with its origin, path and query as written, without a fragment; the
-- about: path without a session.
-- reads: chunk_page, $own_origin, $session
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
)
SELECT * FROM without_session
