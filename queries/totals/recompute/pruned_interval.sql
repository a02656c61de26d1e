-- title: The visits of forgotten page views
-- about: chunk_interval gets what pruning kept of the page views that it forgot, to be merged with the rest.
-- reads: store.pruned_visit
-- makes: chunk_interval
INSERT INTO chunk_interval
SELECT site_id, client, agent_id, first_at, last_at, page_views
FROM store.pruned_visit
