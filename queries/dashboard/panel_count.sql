-- title: The number of rows of a panel's cube
-- about: How many rows have a figure on a day of the page.
-- reads: panel_row
SELECT count(DISTINCT label_number) AS row_count
FROM panel_row
WHERE list_sum(figures) > 0
