-- title: Whether an ingest has the newest hit of a site
-- about: Only if it has can an undo change the site's logged_until.
-- reads: chunk_counted, store.site
SELECT count(*) > 0 AS is_newest
FROM chunk_counted AS hit
JOIN store.site AS site ON site.site_id = hit.site_id
WHERE hit.logged_at >= site.logged_until
