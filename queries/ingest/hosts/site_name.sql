-- title: Sites that lines name
-- about: The site of each host in chunk_request, the one with most lines first.
-- reads: chunk_request, {site_of}
SELECT {site_of} AS site
FROM chunk_request
GROUP BY site
ORDER BY sum(times) DESC, site
