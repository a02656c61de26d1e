-- title: Merged visits
-- about: Inserts the merged visits, by time.
-- reads: chunk_merged
-- makes: store.visit
INSERT INTO store.visit
SELECT site_id, client, agent_id, first_at, last_at, day, page_views
FROM chunk_merged
ORDER BY first_at, client, agent_id
