-- title: Hits of another format
-- about: How many lines of chunk_other are hits.
-- reads: chunk_other
SELECT count(*) FILTER (WHERE reason IS NULL) AS hits
FROM chunk_other
