-- title: The newest line of some sites up to a time
-- about: For each of the sites $site_ids, the time of its newest hit, kept or pruned, from $since to $until.
-- reads: store.hit, store.pruned, $since, $site_ids, $until
SELECT site_id, max(logged_at) AS logged_at
FROM (
    SELECT site_id, logged_at FROM store.hit
    UNION ALL
    SELECT site_id, logged_until FROM store.pruned
)
WHERE site_id IN $site_ids AND logged_at >= $since AND logged_at <= $until
GROUP BY site_id
