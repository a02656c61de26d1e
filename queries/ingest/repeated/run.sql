-- title: Runs of lines that equal stored ones
-- about: The longest runs of neighbouring lines of chunk_matched in each pass: the first and the last row, and how many
-- about: different lines are in it.
-- reads: chunk_matched
WITH numbered AS (
    SELECT line, pass, is_first, line - row_number() OVER (PARTITION BY pass ORDER BY line) AS run
    FROM chunk_matched
)
SELECT pass, min(line) AS first, max(line) AS last, count(*) FILTER (WHERE is_first) AS different
FROM numbered
GROUP BY pass, run
ORDER BY pass, first
