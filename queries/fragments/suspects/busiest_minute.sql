-- title: Page views of a visitor's busiest minute
-- about: A query of the largest number of page views of `view` in one minute, by visitor and UTC day.
-- reads: view
SELECT site_id, client, agent_id, day, max(page_views) AS page_views
FROM (
    SELECT site_id, client, agent_id, day, date_trunc('minute', logged_at) AS minute, count(*) AS page_views
    FROM view
    GROUP BY site_id, client, agent_id, day, date_trunc('minute', logged_at)
)
GROUP BY site_id, client, agent_id, day
