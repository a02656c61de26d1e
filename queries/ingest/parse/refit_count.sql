-- title: Hits of another format
-- about: How many lines of chunk_other are hits.
SELECT count(*) FILTER (reason IS NULL) AS hits
FROM chunk_other
