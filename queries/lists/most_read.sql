-- title: A list of the most read articles
-- about: The most viewed articles of a site from $first_day up to $at, with their titles, most viewed first. The home
-- about: page and section pages are left out, and articles without a title unless $untitled. On a site without article
-- about: rules a page is a section page if it is a folder of another page; of a page that has a title, only pages that
-- about: have one decide that, because anybody can request a URL. Articles that are known to have been published before
-- about: $published_since are left out.
-- reads: article_days, articles, page_views, sites, $at, $day_since, $first_day, $limit, $published_since, $site,
-- reads: $untitled
-- columns: article_id, article, title, published, views
WITH counted AS (
    {fragments/lists/counted}
), folder AS (
    {fragments/lists/folder}
), listed AS (
    SELECT
        articles.article_id,
        articles.article,
        articles.title,
        articles.published,
        counted.views,
        sites.article_rules = '' AND NOT (articles.title IS NOT NULL AND contains(articles.article, '?')) AS may_be_section
    FROM counted
    JOIN articles ON articles.article_id = counted.article_id
    JOIN sites ON sites.site_id = articles.site_id
    WHERE articles.is_article
        AND starts_with(articles.article, '/')
        AND articles.article <> '/'
        AND ($untitled OR articles.title IS NOT NULL)
        AND coalesce(articles.published >= CAST($published_since AS TIMESTAMP), true)
)
SELECT listed.article_id, listed.article, listed.title, listed.published, listed.views
FROM listed
LEFT JOIN folder
    ON folder.folder = split_part(listed.article, '?', 1)
    AND listed.may_be_section
    AND (folder.is_titled OR listed.title IS NULL)
WHERE folder.folder IS NULL
ORDER BY listed.views DESC, listed.article
LIMIT $limit
