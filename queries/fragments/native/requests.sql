-- title: Requests of a chunk that was read natively
-- about: A query of the codes of its hits that are new to the reader, with the host, the request and the number of lines
-- about: of each. Two codes may have the same texts.
-- reads: chunk_line, chunk_request_code
SELECT code.code, code.vhost, code.request, line.times
FROM (
    SELECT request_code, count(*) AS times FROM chunk_line
    WHERE reason IS NULL
    GROUP BY request_code
) AS line
JOIN chunk_request_code AS code ON code.code = line.request_code
