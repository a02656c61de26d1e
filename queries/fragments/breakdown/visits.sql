-- title: Visits of the figure's period
-- about: A query of the number of visits of each site of `calendar` in the figure's period: those whose first page view
-- about: (kept or pruned) is in it, or the visitors online. A zone is at most a day ahead of UTC. Visits and page views are
-- about: compared by a hash, which needs less memory.
-- reads: calendar, clock, pruned_visits, viewers, visits, $at, $figure, $online_since
WITH border AS (
    SELECT CAST(min(from_day) AS TIMESTAMP) - INTERVAL 1 DAY AS first_at
    FROM calendar
), started AS (
    SELECT visits.site_id, hash(visits.site_id, visits.client, visits.agent_id, visits.first_at) AS visit
    FROM visits
    JOIN calendar ON calendar.site_id = visits.site_id
    WHERE visits.day >= calendar.from_day
        AND visits.first_at >= (SELECT first_at FROM border)
        AND visits.first_at <= $at
), view AS (
    SELECT hash(site_id, client, agent_id, logged_at) AS visit
    FROM viewers
    WHERE logged_at >= (SELECT first_at FROM border) AND logged_at <= $at
    UNION ALL
    SELECT hash(site_id, client, agent_id, first_at) AS visit
    FROM pruned_visits
    WHERE first_at >= (SELECT first_at FROM border) AND first_at <= $at
), visitor_online AS (
    {fragments/visitor_online}
), first_view AS (
    SELECT started.site_id
    FROM started
    SEMI JOIN view ON view.visit = started.visit
    UNION ALL
    SELECT site_id FROM visitor_online
    WHERE $figure = 'online'
)
SELECT site_id, count(*) AS visits
FROM first_view
GROUP BY site_id
