-- title: Sites that lines name
-- about: The site of each host in chunk_request, with its number of lines, the one with most lines first.
-- reads: chunk_request, {site_of}
SELECT {site_of} AS site, sum(times) AS lines
FROM chunk_request
GROUP BY site
ORDER BY lines DESC, site
