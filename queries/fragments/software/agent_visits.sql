-- title: Visits of user agents
-- about: A query of the visits that began in the period of the report, their visitors, and the page views of the period, of
-- about: each user agent, by local day with $by 'day'. Visits of which the hits are pruned are left out.
-- reads: sites, viewers, visits, $at, $by, $since, $site, $until
WITH visitor AS (
    SELECT visits.site_id, visits.agent_id, visits.client, CASE WHEN $by = 'day' THEN visits.day END AS day, count(*) AS visits
    FROM visits
    JOIN sites ON sites.site_id = visits.site_id
    WHERE {fragments/in_period(visits.first_at)} AND (sites.hits_from IS NULL OR visits.first_at >= sites.hits_from)
    GROUP BY visits.site_id, visits.agent_id, visits.client, CASE WHEN $by = 'day' THEN visits.day END
), counted AS (
    SELECT site_id, agent_id, day, sum(visits) AS visits, count(*) AS visitors, 0 AS page_views
    FROM visitor
    GROUP BY site_id, agent_id, day
    UNION ALL
    SELECT
        viewers.site_id,
        viewers.agent_id,
        CASE WHEN $by = 'day' THEN {fragments/local_day(viewers.logged_at, sites.timezone)} END,
        0,
        0,
        count(*)
    FROM viewers
    JOIN sites ON sites.site_id = viewers.site_id
    WHERE {fragments/in_period(viewers.logged_at)}
    GROUP BY
        viewers.site_id,
        viewers.agent_id,
        CASE WHEN $by = 'day' THEN {fragments/local_day(viewers.logged_at, sites.timezone)} END
)
SELECT site_id, agent_id, day, sum(visits) AS visits, sum(visitors) AS visitors, sum(page_views) AS page_views
FROM counted
GROUP BY site_id, agent_id, day
