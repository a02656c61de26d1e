-- title: A chunk's visits in pieces
-- about: chunk_interval: the chunk's page views of each visitor, those of one stretch of time as long as
-- about: the site's visit gap in one piece. Two views in such a stretch are never further apart than the
-- about: gap, so a piece is always of one visit; which pieces are one visit, the merge finds out.
-- reads: chunk_counted, store.site
-- makes: chunk_interval
CREATE OR REPLACE TEMP TABLE chunk_interval AS
SELECT
    view.site_id,
    view.client,
    view.agent_id,
    min(view.logged_at) AS first_at,
    max(view.logged_at) AS last_at,
    count(*) AS page_views
FROM chunk_counted AS view
JOIN store.site AS site USING (site_id)
WHERE view.hit_class = 'page view'
GROUP BY
    view.site_id,
    view.client,
    view.agent_id,
    time_bucket(site.visit_gap_s * INTERVAL 1 SECOND, view.logged_at)
