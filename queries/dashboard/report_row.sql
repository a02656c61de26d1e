-- title: The rows of a report for a page
-- about: report_row: all rows of a report by day, with instants in UTC.
-- reads: {statement}
-- makes: report_row
CREATE OR REPLACE TEMP TABLE report_row AS
{statement}
