-- title: Pruned views of the other host
-- about: The number of articles of a site with pruned views whose URL names one of these hosts. By the rules of the site
-- about: of that host they would be other articles.
-- reads: store.article, store.pruned_article_day, $hosts, $site_id
SELECT count(*) AS articles
FROM store.article
WHERE site_id = $site_id
    AND article_id IN (SELECT article_id FROM store.pruned_article_day WHERE site_id = $site_id)
    AND len(list_filter($hosts, lambda host: contains(lower(identity), '://' || host))) > 0
