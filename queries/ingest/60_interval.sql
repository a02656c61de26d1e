-- title: A chunk's visits on their own
-- about: chunk_interval: the chunk's page views of each visitor as intervals in which each view is at
-- about: most the site's visit gap after the one before.
CREATE OR REPLACE TEMP TABLE chunk_interval AS
WITH page_view AS (
    SELECT
        view.site_id,
        view.client,
        view.agent_id,
        view.logged_at,
        lag(view.logged_at) OVER visitor + site.visit_gap_s * INTERVAL 1 SECOND AS open_until
    FROM chunk_counted AS view
    JOIN store.site AS site USING (site_id)
    WHERE view.counts_as = 'page view'
    WINDOW visitor AS (PARTITION BY view.site_id, view.client, view.agent_id ORDER BY view.logged_at)
), numbered AS (
    SELECT
        site_id,
        client,
        agent_id,
        logged_at,
        sum(CASE WHEN open_until IS NULL OR logged_at > open_until THEN 1 ELSE 0 END) OVER (
            PARTITION BY site_id, client, agent_id ORDER BY logged_at ROWS UNBOUNDED PRECEDING
        ) AS visit_no
    FROM page_view
)
SELECT site_id, client, agent_id, min(logged_at) AS first_at, max(logged_at) AS last_at, count(*) AS page_views
FROM numbered
GROUP BY site_id, client, agent_id, visit_no
