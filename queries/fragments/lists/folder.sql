-- title: Folders of articles
-- about: A query of the folder around each article of a site and of the first part of its path, and whether the portal
-- about: gave a title to an article there. A page with such a URL is a section page.
-- reads: articles, sites, $site
WITH path AS (
    SELECT split_part(articles.article, '?', 1) AS path, articles.title IS NOT NULL AS is_titled
    FROM articles
    JOIN sites ON sites.site_id = articles.site_id
    WHERE sites.site = $site
), around AS (
    SELECT regexp_replace(path, '/[^/]*$', '') AS folder, is_titled
    FROM path
    UNION ALL
    SELECT regexp_extract(path, '^(/[^/]+)/.', 1) AS folder, is_titled
    FROM path
)
SELECT folder, bool_or(is_titled) AS is_titled
FROM around
WHERE folder <> ''
GROUP BY folder
