-- title: What a chunk held
-- about: Lines, hits and rejects of chunk_line.
SELECT
    count(*) AS lines,
    count(*) FILTER (reason IS NULL) AS hits,
    count(*) FILTER (reason IS NOT NULL) AS rejects
FROM chunk_line
