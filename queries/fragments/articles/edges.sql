-- title: Entries and exits
-- about: A query of the number of visits that each row of `listed` began and ended. Of several page views in one second
-- about: the first by URL began the visit, and the last ended it. A visit that may still continue has no exit.
-- reads: articles, listed, sites, visit_view, $at
WITH edge AS (
    SELECT
        viewed.site_id,
        arg_min(viewed.article_id, (articles.article, viewed.article_id)) AS article_id,
        1 AS entries,
        0 AS exits
    FROM visit_view AS viewed
    JOIN articles ON articles.article_id = viewed.article_id
    WHERE viewed.logged_at = viewed.first_at
    GROUP BY viewed.site_id, viewed.client, viewed.agent_id, viewed.first_at
    UNION ALL
    SELECT
        viewed.site_id,
        arg_max(viewed.article_id, (articles.article, viewed.article_id)) AS article_id,
        0 AS entries,
        1 AS exits
    FROM visit_view AS viewed
    JOIN articles ON articles.article_id = viewed.article_id
    JOIN sites ON sites.site_id = viewed.site_id
    WHERE viewed.logged_at = viewed.last_at
        AND viewed.last_at + sites.visit_gap_s * INTERVAL 1 SECOND < $at
    GROUP BY viewed.site_id, viewed.client, viewed.agent_id, viewed.last_at
)
SELECT edge.site_id, listed.row_id, listed.section, sum(edge.entries) AS entries, sum(edge.exits) AS exits
FROM edge
JOIN listed ON listed.article_id = edge.article_id
GROUP BY edge.site_id, listed.row_id, listed.section
