-- title: A visitor's pace
-- about: A query of the mean and variance of the seconds between the page views of `view`, by visitor and UTC day.
-- reads: view
WITH gap AS (
    SELECT
        site_id,
        client,
        agent_id,
        day,
        CAST(date_diff('second', lag(logged_at) OVER (
            PARTITION BY site_id, client, agent_id, day ORDER BY logged_at
        ), logged_at) AS DOUBLE) AS seconds
    FROM view
)
SELECT
    site_id,
    client,
    agent_id,
    day,
    avg(seconds) AS mean,
    avg(seconds * seconds) - avg(seconds) * avg(seconds) AS variance
FROM gap
GROUP BY site_id, client, agent_id, day
