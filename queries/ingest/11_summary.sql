-- title: What a chunk held
-- about: Lines, hits and rejects of chunk_line, and how many of these do not fit the format.
SELECT
    count(*) AS lines,
    count(*) FILTER (reason IS NULL) AS hits,
    count(*) FILTER (reason IS NOT NULL) AS rejects,
    count(*) FILTER (reason = 'does not fit the format') AS unfit
FROM chunk_line
