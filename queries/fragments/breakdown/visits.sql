-- title: Visits of the figure's period
-- about: A query of the number of visits of each site of `calendar` in the figure's period: those whose first page view
-- about: (kept or pruned) is in it, or the visitors online. Visitors are compared by a hash, which needs less memory.
-- reads: calendar, clock, pruned_visits, viewers, visits, $at, $figure, $online_since
WITH started AS MATERIALIZED (
    SELECT visits.site_id, visits.client, visits.agent_id, visits.first_at
    FROM visits
    JOIN calendar ON calendar.site_id = visits.site_id
    WHERE visits.day >= calendar.from_day AND visits.first_at <= $at
), view AS (
    SELECT site_id, client, agent_id, logged_at AS first_at FROM viewers
    UNION ALL
    SELECT site_id, client, agent_id, first_at FROM pruned_visits
), visitor_online AS (
    {fragments/visitor_online}
), first_view AS (
    SELECT started.site_id
    FROM started
    SEMI JOIN view
        ON view.first_at = started.first_at
        AND hash(view.site_id, view.client, view.agent_id) = hash(started.site_id, started.client, started.agent_id)
    UNION ALL
    SELECT site_id FROM visitor_online
    WHERE $figure = 'online'
)
SELECT site_id, count(*) AS visits
FROM first_view
GROUP BY site_id
