-- title: Articles
-- about: articles: each article of each site with the URL by which it is shown, its section and, where they are known,
-- about: its title and when it was published. On a site with article rules is_article marks the pages that are articles;
-- about: on other sites it is true for every page.
-- reads: store.article, store.site, store.title
-- makes: articles
CREATE OR REPLACE TEMP VIEW articles AS
WITH article AS (
    SELECT article_id, site_id, identity_key, coalesce(url, identity) AS url, section, is_article
    FROM store.article
), named AS (
    SELECT
        site_id,
        identity_key,
        arg_max(title, given) AS title,
        arg_max(published, given) FILTER (WHERE published IS NOT NULL) AS published
    FROM store.title
    GROUP BY site_id, identity_key
)
SELECT
    article.article_id,
    article.site_id,
    article.url AS article,
    coalesce(
        article.section,
        nullif(regexp_extract(article.url, '^(/[^/?]+/)[^/?]', 1), ''),
        '/'
    ) AS section,
    named.title,
    named.published,
    article.is_article OR site.article_rules = '' AS is_article
FROM article
JOIN store.site AS site ON site.site_id = article.site_id
LEFT JOIN named ON named.site_id = article.site_id AND named.identity_key = article.identity_key
