-- title: The newest line of each site
-- about: Advances logged_until to the newest hit of the chunk.
-- reads: chunk_minute
-- makes: store.site
UPDATE store.site AS site
SET logged_until = greatest(site.logged_until, newest.logged_until)
FROM (SELECT site_id, max(logged_until) AS logged_until FROM chunk_minute GROUP BY site_id) AS newest
WHERE newest.site_id = site.site_id
