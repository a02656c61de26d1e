-- title: The newest hit of each site
-- about: Sets logged_until to the time of the newest hit, kept or pruned.
-- reads: store.hit, store.pruned
-- makes: store.site
UPDATE store.site AS site
SET logged_until = (
    SELECT max(newest.logged_at)
    FROM (
        SELECT site_id, max(logged_at) AS logged_at FROM store.hit GROUP BY site_id
        UNION ALL
        SELECT site_id, logged_until FROM store.pruned
    ) AS newest
    WHERE newest.site_id = site.site_id
)
