-- title: The merged visits
-- about: The chunk's merged visits go into the store, by time.
-- reads: chunk_merged
-- makes: store.visit
INSERT INTO store.visit
SELECT site_id, client, agent_id, first_at, last_at, day, page_views
FROM chunk_merged
ORDER BY first_at, client, agent_id
