-- title: Referrers of a chunk's lines
-- about: A query of the referrers of its hits that the run does not know, with the number of lines of each.
-- reads: chunk_line
SELECT referrer, count(*) AS times
FROM chunk_line
WHERE reason IS NULL AND referrer IS NOT NULL
GROUP BY referrer
