-- title: Requests of a chunk's lines
-- about: A query of the hosts and requests of its hits that the run does not know, with the number of lines of each.
-- reads: chunk_line
SELECT vhost, request, count(*) AS times
FROM chunk_line
WHERE reason IS NULL AND request IS NOT NULL
GROUP BY vhost, request
