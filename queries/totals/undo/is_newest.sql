-- title: Whether an ingest tells of a site's newest hit
-- about: Only then how far the site is logged can change.
-- reads: chunk_counted, store.site
SELECT count(*) > 0 AS is_newest
FROM chunk_counted AS hit
JOIN store.site AS site ON site.site_id = hit.site_id
WHERE hit.logged_at >= site.logged_until
