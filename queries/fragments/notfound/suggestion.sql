-- title: Articles that may have been meant
-- about: A query of the pages of `searched_for` with the article that was viewed and has the same id (a number of five
-- about: digits or more at the end of the URL), or else the one whose last part has the most words in common with theirs,
-- about: if that are at least 0.6 of the words of both (Jaccard). Of equal ones the first by URL. A page that is also
-- about: viewed has none.
-- reads: articles, classified_hits, pages, searched_for
WITH viewed_page AS (
    SELECT DISTINCT page_id
    FROM classified_hits
    WHERE counts_as = 'page view'
), viewed AS (
    SELECT DISTINCT pages.article_id
    FROM pages
    JOIN viewed_page ON viewed_page.page_id = pages.page_id
), viewed_path AS (
    SELECT articles.site_id, articles.article_id, articles.article, split_part(articles.article, '?', 1) AS path
    FROM articles
    SEMI JOIN viewed ON viewed.article_id = articles.article_id
), slug AS (
    SELECT
        searched_for.page_id, searched_for.site_id, searched_for.page, 0 AS article_id,
        {fragments/notfound/slug(searched_for.page)} AS slug
    FROM searched_for
    ANTI JOIN viewed_path
        ON viewed_path.site_id = searched_for.site_id AND viewed_path.path = split_part(searched_for.page, '?', 1)
    UNION ALL
    SELECT 0, site_id, article, article_id, {fragments/notfound/slug(path)}
    FROM viewed_path
), parted AS (
    SELECT
        *,
        regexp_extract(slug, '[0-9]{5,}$') AS number,
        list_distinct(string_split(regexp_replace(slug, '-?[0-9]{5,}$', ''), '-')) AS words
    FROM slug
), same_number AS (
    SELECT wanted.page_id, min(found.page) AS article
    FROM parted AS wanted
    JOIN parted AS found ON found.site_id = wanted.site_id AND found.number = wanted.number AND found.article_id > 0
    WHERE wanted.article_id = 0 AND wanted.number <> ''
    GROUP BY wanted.page_id
), word AS (
    SELECT page_id, site_id, page, article_id, len(words) AS length, unnest(words) AS word
    FROM parted
    WHERE len(words) >= 2
), common AS (
    SELECT wanted.page_id, found.article_id, any_value(found.page) AS article, count(*) AS shared,
        any_value(wanted.length) + any_value(found.length) AS lengths
    FROM word AS wanted
    JOIN word AS found ON found.site_id = wanted.site_id AND found.word = wanted.word AND found.article_id > 0
    WHERE wanted.article_id = 0 AND 5 * found.length >= 3 * wanted.length AND 5 * wanted.length >= 3 * found.length
    GROUP BY wanted.page_id, found.article_id
), similar_slug AS (
    SELECT page_id, arg_min(article, (-CAST(shared AS DOUBLE) / CAST(lengths - shared AS DOUBLE), article)) AS article
    FROM common
    WHERE 10 * shared >= 6 * (lengths - shared)
    GROUP BY page_id
)
SELECT searched_for.page_id, coalesce(same_number.article, similar_slug.article) AS article
FROM searched_for
LEFT JOIN same_number ON same_number.page_id = searched_for.page_id
LEFT JOIN similar_slug ON similar_slug.page_id = searched_for.page_id
