-- title: Visits of pruned page views
-- about: Keeps the visits of the pruned page views alone.
-- reads: chunk_interval, $import_id
-- makes: store.pruned_visit
INSERT INTO store.pruned_visit
SELECT site_id, client, agent_id, first_at, last_at, page_views, $import_id
FROM chunk_interval
ORDER BY first_at, client, agent_id
