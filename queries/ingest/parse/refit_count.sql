-- title: Hits of another format
-- about: The number of lines of chunk_other that are hits.
-- reads: chunk_other
SELECT count(*) FILTER (WHERE reason IS NULL) AS hits
FROM chunk_other
