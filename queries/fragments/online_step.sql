-- title: Visitors online at each step
-- about: A query of how many visitors of `seen` (site_id, client, agent_id, logged_at, online_window_s, hits_from) were
-- about: online at each instant of a whole number of steps, for the instants at which there was one. What was online
-- about: within a window of hits_from was counted when the hits before it were pruned, and is not counted again.
-- reads: seen
-- args: step
SELECT site_id, step_at, count(*) AS online
FROM (
    SELECT DISTINCT
        site_id,
        client,
        agent_id,
        unnest(generate_series(
            time_bucket({step}, logged_at - INTERVAL 1 MICROSECOND) + {step},
            logged_at + online_window_s * INTERVAL 1 SECOND,
            {step}
        )) AS step_at,
        CASE WHEN logged_at >= hits_from THEN hits_from + online_window_s * INTERVAL 1 SECOND END AS counted_until
    FROM seen
)
WHERE step_at > counted_until OR counted_until IS NULL
GROUP BY site_id, step_at
