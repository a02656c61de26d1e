-- title: The log of each line of a batch
-- about: batch_line: each row of chunk_line with the number of its log in the batch, from 0, and that of the line in its
-- about: log, from 1. $lines are the numbers of lines of the logs, in order.
-- reads: $lines
-- makes: batch_line
CREATE OR REPLACE TEMP TABLE batch_line AS
WITH log AS (
    SELECT unnest(range(len($lines))) AS log, unnest($lines) AS lines
), numbered AS (
    SELECT log, unnest(range(lines)) + 1 AS line_number
    FROM log
)
SELECT row_number() OVER (ORDER BY log, line_number) - 1 AS line_row, log, line_number
FROM numbered
