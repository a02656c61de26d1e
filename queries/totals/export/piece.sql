-- title: Visits of an export, in pieces
-- about: export_piece: the page views of each visitor in one log, grouped by spans as long as the site's visit gap, and the
-- about: visits that were kept of pruned page views, without a log. Pieces of one visit are merged where they are imported.
-- reads: export_forgotten, store.agent, store.pruned_visit, store.site
-- makes: export_piece
CREATE OR REPLACE TEMP TABLE export_piece AS
WITH piece AS (
    SELECT
        view.log,
        view.site_id,
        view.client,
        view.agent_id,
        min(view.logged_at) AS first_at,
        max(view.logged_at) AS last_at,
        count(*) AS page_views
    FROM export_forgotten AS view
    JOIN store.site AS site ON site.site_id = view.site_id
    WHERE view.hit_class = 'page view'
    GROUP BY
        view.log,
        view.site_id,
        view.client,
        view.agent_id,
        time_bucket(site.visit_gap_s * INTERVAL 1 SECOND, view.logged_at)
    UNION ALL
    SELECT NULL, site_id, client, agent_id, first_at, last_at, page_views FROM store.pruned_visit
)
SELECT piece.log, site.name AS site, piece.client, agent.agent, piece.first_at, piece.last_at, piece.page_views
FROM piece
JOIN store.site AS site ON site.site_id = piece.site_id
JOIN store.agent AS agent ON agent.agent_id = piece.agent_id
