-- title: New sites
-- about: The names of the chunk's sites that have no row yet.
-- reads: chunk_request, store.site, $site, {site_of}
SELECT DISTINCT coalesce($site, {site_of}) AS name
FROM chunk_request
WHERE coalesce($site, {site_of}) NOT IN (SELECT name FROM store.site)
ORDER BY name
