-- title: no dangling references
-- about: Sites, agents, pages, referrers and articles to which a row refers and which are not in the store.
-- reads: store.agent, store.article, store.article_day, store.day_total, store.hit, store.page, store.referrer,
-- reads: store.site, store.title, store.visit
WITH named AS (
    SELECT DISTINCT 'site' AS kind, site_id AS id FROM store.hit
    UNION
    SELECT 'site', site_id FROM store.visit
    UNION
    SELECT 'site', site_id FROM store.day_total
    UNION
    SELECT 'site', site_id FROM store.page
    UNION
    SELECT 'site', site_id FROM store.title
    UNION
    SELECT 'agent', agent_id FROM store.hit
    UNION
    SELECT 'agent', agent_id FROM store.visit
    UNION
    SELECT 'page', page_id FROM store.hit
    UNION
    SELECT 'referrer', referrer_id FROM store.hit
    UNION
    SELECT 'article', article_id FROM store.page WHERE article_id IS NOT NULL
    UNION
    SELECT 'article', article_id FROM store.article_day
), known AS (
    SELECT 'site' AS kind, site_id AS id FROM store.site
    UNION ALL
    SELECT 'agent', agent_id FROM store.agent
    UNION ALL
    SELECT 'page', page_id FROM store.page
    UNION ALL
    SELECT 'referrer', referrer_id FROM store.referrer
    UNION ALL
    SELECT 'article', article_id FROM store.article
)
SELECT named.kind || ' ' || named.id AS what, 'missing' AS stored, 'referred to' AS recomputed
FROM named
ANTI JOIN known ON known.kind = named.kind AND known.id = named.id
ORDER BY what
