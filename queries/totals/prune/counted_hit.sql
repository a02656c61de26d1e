-- title: Hits to prune
-- about: chunk_counted: the hits before the border of their site, those of an import or those of this store.
-- reads: prune_border, store.hit, {of_import}
-- makes: chunk_counted
CREATE OR REPLACE TEMP VIEW chunk_counted AS
SELECT hit.site_id, hit.logged_at, hit.client, hit.agent_id, hit.page_id, hit.hit_class, hit.ingest_id
FROM store.hit AS hit
JOIN prune_border AS border ON border.site_id = hit.site_id AND hit.logged_at < border.hits_from
WHERE {of_import}
