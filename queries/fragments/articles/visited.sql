-- title: Visits of articles
-- about: A query of the number of visits in which each row of `listed` was viewed, and of its views in them.
-- reads: listed, visit_view
WITH visit AS (
    SELECT viewed.site_id, listed.row_id, listed.section, count(*) AS views
    FROM visit_view AS viewed
    JOIN listed ON listed.article_id = viewed.article_id
    WHERE viewed.logged_at <= viewed.last_at
    GROUP BY viewed.site_id, listed.row_id, listed.section, viewed.client, viewed.agent_id, viewed.first_at
)
SELECT site_id, row_id, section, count(*) AS visits, sum(views) AS views
FROM visit
GROUP BY site_id, row_id, section
