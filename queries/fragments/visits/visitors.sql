-- title: Visitors of periods
-- about: A query of how many different visitors each site has in each period of the report, with visits that began by
-- about: its time.
-- reads: $at, $by, $since_day, $until_day, clock, visits
WITH visitor AS (
    SELECT DISTINCT
        visits.site_id,
        CASE $by
            WHEN 'day' THEN visits.day
            WHEN 'week' THEN {fragments/week_start(visits.day, clock.week_shift)}
            WHEN 'month' THEN {fragments/month_start(visits.day)}
        END AS period,
        visits.client,
        visits.agent_id
    FROM visits
    JOIN clock ON clock.site_id = visits.site_id
    WHERE visits.first_at <= $at AND visits.day >= $since_day AND visits.day <= $until_day
)
SELECT site_id, period, count(*) AS visitors
FROM visitor
GROUP BY site_id, period
