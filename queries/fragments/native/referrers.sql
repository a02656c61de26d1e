-- title: Referrers of a chunk that was read natively
-- about: A query of the referrers of its hits that are new to the reader, with the number of lines of each.
-- reads: chunk_line, chunk_referrer_code
SELECT code.referrer, CAST(sum(line.times) AS BIGINT) AS times
FROM (
    SELECT referrer_code, count(*) AS times FROM chunk_line
    WHERE reason IS NULL
    GROUP BY referrer_code
) AS line
JOIN chunk_referrer_code AS code ON code.code = line.referrer_code
GROUP BY code.referrer
