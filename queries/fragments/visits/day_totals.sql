-- title: Totals of days
-- about: A query of visits, page views and, with $with_bots, hits by bots of each day; the day of the report's time
-- about: is counted up to that time. A day may have several rows.
-- reads: clock, day_totals, hit_agents, page_views, visits, $at, $day_since, $with_bots
WITH closed_day AS (
    SELECT total.site_id, total.day, total.visits, total.page_views, total.bot_hits
    FROM day_totals AS total
    JOIN clock ON clock.site_id = total.site_id AND total.day < clock.at_day
), at_day_visit AS (
    SELECT visits.site_id, visits.day, count(*) AS visits, 0 AS page_views, 0 AS bot_hits
    FROM visits
    JOIN clock ON clock.site_id = visits.site_id AND visits.day = clock.at_day
    WHERE visits.first_at >= $day_since AND visits.first_at <= $at
    GROUP BY visits.site_id, visits.day
), at_day_view AS (
    SELECT page_views.site_id, clock.at_day AS day, 0 AS visits, count(*) AS page_views, 0 AS bot_hits
    FROM page_views
    JOIN clock ON clock.site_id = page_views.site_id
    WHERE page_views.logged_at >= $day_since
        AND page_views.logged_at <= $at
        AND {fragments/local_day(page_views.logged_at, clock.timezone)} = clock.at_day
    GROUP BY page_views.site_id, clock.at_day
), at_day_bot AS (
    SELECT hit.site_id, clock.at_day AS day, 0 AS visits, 0 AS page_views, count(*) AS bot_hits
    FROM hit_agents AS hit
    JOIN clock ON clock.site_id = hit.site_id
    WHERE hit.counts_as = 'bot'
        AND hit.logged_at >= $day_since
        AND hit.logged_at <= $at
        AND {fragments/local_day(hit.logged_at, clock.timezone)} = clock.at_day
    GROUP BY hit.site_id, clock.at_day
)
SELECT site_id, day, visits, page_views, bot_hits FROM closed_day
UNION ALL
SELECT site_id, day, visits, page_views, bot_hits FROM at_day_visit
UNION ALL
SELECT site_id, day, visits, page_views, bot_hits FROM at_day_view
UNION ALL
SELECT site_id, day, visits, page_views, bot_hits FROM at_day_bot
WHERE $with_bots
