-- title: Sites the store has not met
-- about: The names of the chunk's sites that have no row yet.
SELECT DISTINCT coalesce($site, vhost) AS name
FROM chunk_request
WHERE coalesce($site, vhost) NOT IN (SELECT name FROM store.site)
ORDER BY name
