-- title: Hits that are exported as figures
-- about: export_forgotten: the hits before the border of their site, each with its log.
-- reads: export_border, export_log, store.hit, store.ingest
-- makes: export_forgotten
CREATE OR REPLACE TEMP VIEW export_forgotten AS
SELECT log.log, hit.site_id, hit.logged_at, hit.client, hit.agent_id, hit.page_id, hit.hit_class
FROM store.hit AS hit
JOIN store.ingest AS ingest ON ingest.ingest_id = hit.ingest_id
JOIN export_log AS log ON log.source_id = ingest.source_id
JOIN export_border AS border ON border.site_id = hit.site_id
WHERE border.hits_from IS NULL OR hit.logged_at < border.hits_from
