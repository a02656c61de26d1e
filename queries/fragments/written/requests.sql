-- title: Requests of a chunk's lines
-- about: A query of the hosts and requests of its hits that the run does not know, with the number of lines of each, and
-- about: without codes.
-- reads: chunk_line
SELECT CAST(NULL AS INTEGER) AS code, vhost, request, count(*) AS times
FROM chunk_line
WHERE reason IS NULL AND request IS NOT NULL
GROUP BY vhost, request
