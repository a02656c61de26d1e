-- title: The totals of a panel
-- about: For each day of the page, the first figure of all rows of a panel.
-- reads: panel_row
SELECT day_number, CAST(sum(figures[1]) AS BIGINT) AS total
FROM panel_row
GROUP BY day_number
