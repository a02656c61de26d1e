-- title: Visits of user agents
-- about: A query of the visits that began in the period of the report, their visitors, and the page views of the period, of
-- about: each user agent, by local day with $by 'day'; visitors are not counted then. Visits of which the hits are pruned
-- about: are left out.
-- reads: sites, utc_offsets, viewers, visits, $at, $by, $since, $site, $until
WITH visitor AS (
    SELECT
        visits.site_id,
        visits.agent_id,
        CASE WHEN $by <> 'day' THEN visits.client END AS client,
        CASE WHEN $by = 'day' THEN visits.day END AS day,
        count(*) AS visits
    FROM visits
    JOIN sites ON sites.site_id = visits.site_id
    WHERE {fragments/in_period(visits.first_at)} AND (sites.hits_from IS NULL OR visits.first_at >= sites.hits_from)
    GROUP BY
        visits.site_id,
        visits.agent_id,
        CASE WHEN $by <> 'day' THEN visits.client END,
        CASE WHEN $by = 'day' THEN visits.day END
), counted AS (
    SELECT site_id, agent_id, day, sum(visits) AS visits, count(*) AS visitors, 0 AS page_views
    FROM visitor
    GROUP BY site_id, agent_id, day
    UNION ALL
    SELECT
        viewers.site_id,
        viewers.agent_id,
        CASE WHEN $by = 'day' THEN CAST(viewers.logged_at + utc_offsets.utc_offset AS DATE) END,
        0,
        0,
        count(*)
    FROM viewers
    JOIN sites ON sites.site_id = viewers.site_id
    {fragments/with_utc_offset(viewers.site_id, viewers.logged_at)}
    WHERE {fragments/in_period(viewers.logged_at)}
    GROUP BY
        viewers.site_id,
        viewers.agent_id,
        CASE WHEN $by = 'day' THEN CAST(viewers.logged_at + utc_offsets.utc_offset AS DATE) END
)
SELECT site_id, agent_id, day, sum(visits) AS visits, sum(visitors) AS visitors, sum(page_views) AS page_views
FROM counted
GROUP BY site_id, agent_id, day
