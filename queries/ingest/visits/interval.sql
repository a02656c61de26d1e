-- title: A chunk's intervals
-- about: chunk_interval: the chunk's page views of each visitor, grouped by spans as long as the site's visit gap.
-- about: Two page views in the same span are never further apart than the gap, so an interval is always part of one
-- about: visit. The merge joins intervals to visits.
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
