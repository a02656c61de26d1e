-- title: The rows of a report for a page
-- about: report_row: the columns of a report by day that a page needs, of all its rows, with instants in UTC. What makes
-- about: only other columns is not computed.
-- reads: {columns}, {statement}
-- makes: report_row
CREATE OR REPLACE TEMP TABLE report_row AS
SELECT {columns}
FROM (
{statement}
)
