-- title: Hours of pruned page views
-- about: Keeps the number of pruned page views of each local hour.
-- reads: chunk_counted, store.site, $import_id
-- makes: store.pruned_hour
INSERT INTO store.pruned_hour
SELECT
    hit.site_id,
    {fragments/local_day(hit.logged_at, site.timezone)} AS day,
    {fragments/local_hour(hit.logged_at, site.timezone)} AS hour,
    count(*) AS page_views,
    $import_id AS import_id
FROM chunk_counted AS hit
JOIN store.site AS site ON site.site_id = hit.site_id
WHERE hit.hit_class = 'page view'
GROUP BY ALL
ORDER BY ALL
