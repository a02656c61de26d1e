-- title: Visits of pruned page views
-- about: Adds the kept visits of pruned page views to chunk_interval, to be merged with the others.
-- reads: store.pruned_visit
-- makes: chunk_interval
INSERT INTO chunk_interval
SELECT site_id, client, agent_id, first_at, last_at, page_views
FROM store.pruned_visit
