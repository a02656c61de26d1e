-- title: Hits of an import to count
-- about: chunk_counted: the hits that came with an import.
-- reads: store.hit, store.import, {import_id}
-- makes: chunk_counted
CREATE OR REPLACE TEMP VIEW chunk_counted AS
SELECT site_id, logged_at, client, agent_id, page_id, hit_class
FROM store.hit
WHERE ingest_id IN (SELECT unnest(ingest_ids) FROM store.import WHERE import_id = {import_id})
