-- title: Days of articles of an export
-- about: The views of each log, article and local day that are exported as figures.
-- reads: export_forgotten, export_minute, store.article, store.page, store.pruned_article_day, store.site
WITH view AS (
    SELECT log, site_id, date_trunc('minute', logged_at) AS minute, page_id, count(*) AS views
    FROM export_forgotten
    WHERE hit_class = 'page view'
    GROUP BY ALL
), total AS (
    SELECT view.log, view.site_id, minute.day, page.article_id, view.views
    FROM view
    JOIN store.page AS page ON page.page_id = view.page_id
    JOIN export_minute AS minute
        ON minute.site_id = view.site_id AND minute.minute = view.minute AND minute.log = view.log
    UNION ALL
    SELECT NULL, site_id, day, article_id, views FROM store.pruned_article_day
)
SELECT total.log, site.name AS site, total.day, article.identity, CAST(sum(total.views) AS BIGINT) AS views
FROM total
JOIN store.site AS site ON site.site_id = total.site_id
JOIN store.article AS article ON article.article_id = total.article_id
GROUP BY total.log, site.name, total.day, article.identity
ORDER BY site.name, total.day, article.identity, total.log
