-- title: Pruned page views in the visits of an ingest
-- about: Adds the pruned page views in the visits that are deleted to chunk_interval.
-- reads: undo_visit, store.pruned_visit
-- makes: chunk_interval
INSERT INTO chunk_interval
SELECT pruned.site_id, pruned.client, pruned.agent_id, pruned.first_at, pruned.last_at, pruned.page_views
FROM store.pruned_visit AS pruned
JOIN undo_visit AS visit
    ON visit.site_id = pruned.site_id
    AND visit.client = pruned.client
    AND visit.agent_id = pruned.agent_id
    AND pruned.first_at BETWEEN visit.first_at AND visit.last_at
