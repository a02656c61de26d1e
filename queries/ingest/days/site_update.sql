-- title: How far each site is logged
-- about: The newest instant that a site's lines have told of.
-- reads: chunk_minute
-- makes: store.site
UPDATE store.site AS site
SET logged_until = greatest(site.logged_until, newest.logged_until)
FROM (SELECT site_id, max(logged_until) AS logged_until FROM chunk_minute GROUP BY site_id) AS newest
WHERE newest.site_id = site.site_id
