-- title: Requests of a chunk that was read natively
-- about: A query of the hosts and requests of its hits that are new to the reader, with the number of lines of each.
-- reads: chunk_line, chunk_request_code
SELECT code.vhost, code.request, CAST(sum(line.times) AS BIGINT) AS times
FROM (
    SELECT request_code, count(*) AS times FROM chunk_line
    WHERE reason IS NULL
    GROUP BY request_code
) AS line
JOIN chunk_request_code AS code ON code.code = line.request_code
GROUP BY code.vhost, code.request
