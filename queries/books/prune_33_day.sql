-- title: What is left of forgotten hits
-- about: The sums of each day.
INSERT INTO store.pruned_day
SELECT
    hit.site_id,
    day.day,
    count(*),
    count(*) FILTER (hit.counts_as = 'bot'),
    count(*) FILTER (hit.counts_as = 'page view')
FROM chunk_counted AS hit
JOIN chunk_day AS day ON day.site_id = hit.site_id AND day.minute = date_trunc('minute', hit.logged_at)
GROUP BY hit.site_id, day.day
ORDER BY hit.site_id, day.day
