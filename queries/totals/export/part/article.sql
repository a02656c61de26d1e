-- title: Articles of an export
-- about: Each article by its identity, with the URL by which it is shown.
-- reads: store.article, store.site
SELECT site.name AS site, article.identity, coalesce(article.url, article.identity) AS url, article.section, article.is_article
FROM store.article AS article
JOIN store.site AS site ON site.site_id = article.site_id
ORDER BY site.name, article.identity
