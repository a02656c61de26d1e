-- title: Visitors online on pruned days
-- about: Keeps how many visitors were online every ten minutes until a window after the first instant that is kept. What
-- about: is imported without its hits was never counted so.
-- reads: prune_border, store.hit, store.pruned, store.site
-- makes: store.pruned_online
INSERT INTO store.pruned_online
WITH kept AS (
    SELECT site_id, max(hits_from) AS hits_from
    FROM store.pruned
    WHERE import_id IS NULL
    GROUP BY site_id
), seen AS (
    SELECT
        hit.site_id,
        hit.client,
        hit.agent_id,
        hit.logged_at,
        site.online_window_s,
        kept.hits_from
    FROM store.hit AS hit
    JOIN store.site AS site ON site.site_id = hit.site_id
    JOIN prune_border AS border ON border.site_id = hit.site_id
    LEFT JOIN kept ON kept.site_id = hit.site_id
    WHERE hit.hit_class = 'page view'
        AND hit.logged_at <= border.hits_from + site.online_window_s * INTERVAL 1 SECOND
), step AS (
    {fragments/online_step(INTERVAL 10 MINUTE)}
)
SELECT step.site_id, step.step_at, step.online
FROM step
JOIN store.site AS site ON site.site_id = step.site_id
JOIN prune_border AS border ON border.site_id = step.site_id
WHERE step.step_at <= border.hits_from + site.online_window_s * INTERVAL 1 SECOND
ORDER BY step.site_id, step.step_at
