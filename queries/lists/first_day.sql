-- title: The first day of a period
-- about: The local day on which the period of a list begins, for a site at $at; the period `all` begins with the first
-- about: day of all.
-- reads: sites, $at, $period, $site
WITH clock AS (
    {fragments/clock}
)
SELECT
    CASE $period
        WHEN 'today' THEN at_day
        WHEN 'week' THEN {fragments/week_start(at_day, week_shift)}
        WHEN 'month' THEN {fragments/month_start(at_day)}
        ELSE DATE '0001-01-01'
    END AS first_day
FROM clock
