-- title: The first rows of a report
-- about: So many rows of a report that has more, each with the number of all rows. The report is computed once.
-- reads: $first_rows, {statement}
WITH answer AS MATERIALIZED ({statement})
SELECT answer.*, (SELECT count(*) FROM answer) AS all_rows
FROM answer
LIMIT $first_rows
