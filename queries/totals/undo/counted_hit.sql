-- title: Hits of an ingest to count
-- about: chunk_counted: the hits that one run added.
-- reads: store.hit, {ingest_id}
-- makes: chunk_counted
CREATE OR REPLACE TEMP VIEW chunk_counted AS
SELECT site_id, logged_at, client, agent_id, page_id, hit_class
FROM store.hit
WHERE ingest_id = {ingest_id}
