-- title: Hits of an import
-- about: Inserts the imported hits, by time.
-- reads: import_hit, import_log, import_page, store.agent, store.method, store.referrer, $identity_key
-- makes: store.hit
INSERT INTO store.hit
SELECT
    log.ingest_id, page.site_id, hit.logged_at, hit.client, agent.agent_id, page.page_id, referrer.referrer_id,
    method.method_id, hit.status, hit.bytes, hit.hit_class, hit.duration_ms
FROM import_hit AS hit
JOIN import_log AS log ON log.log = hit.log
JOIN import_page AS page ON page.site = hit.site AND page.target = hit.target
JOIN store.agent AS agent ON agent.agent = hit.agent
JOIN store.method AS method ON method.method = hit.method
JOIN store.referrer AS referrer ON referrer.referrer_key = md5_number($identity_key || hit.referrer)
ORDER BY hit.logged_at
