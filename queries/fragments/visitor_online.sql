-- title: Visitors online
-- about: A query of the visitors of each site of `clock` with a page view in its online window.
-- reads: clock, viewers, $at, $online_since
SELECT DISTINCT viewers.site_id, viewers.client, viewers.agent_id
FROM viewers
JOIN clock ON clock.site_id = viewers.site_id
WHERE viewers.logged_at >= $online_since
    AND viewers.logged_at >= clock.window_from
    AND viewers.logged_at <= $at
