-- title: Hits of an export
-- about: The hits from the border of their site on, with the texts to which they refer.
-- reads: export_border, export_log, store.agent, store.article, store.hit, store.ingest, store.method, store.page,
-- reads: store.referrer, store.site
SELECT
    log.log,
    site.name AS site,
    hit.logged_at,
    hit.client,
    agent.agent,
    page.target,
    page.is_asset,
    article.identity,
    referrer.referrer,
    method.method,
    hit.status,
    hit.bytes,
    CAST(hit.hit_class AS VARCHAR) AS hit_class,
    hit.duration_ms
FROM store.hit AS hit
JOIN store.ingest AS ingest ON ingest.ingest_id = hit.ingest_id
JOIN export_log AS log ON log.source_id = ingest.source_id
JOIN store.site AS site ON site.site_id = hit.site_id
JOIN export_border AS border ON border.site_id = hit.site_id
JOIN store.agent AS agent ON agent.agent_id = hit.agent_id
JOIN store.page AS page ON page.page_id = hit.page_id
LEFT JOIN store.article AS article ON article.article_id = page.article_id
JOIN store.referrer AS referrer ON referrer.referrer_id = hit.referrer_id
JOIN store.method AS method ON method.method_id = hit.method_id
WHERE hit.logged_at >= border.hits_from
