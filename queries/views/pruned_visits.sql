-- title: Visits of pruned page views
-- about: pruned_visits: the visits of the pruned page views alone.
-- reads: store.pruned_visit
-- makes: pruned_visits
CREATE OR REPLACE TEMP VIEW pruned_visits AS
SELECT site_id, client, agent_id, first_at, last_at, page_views
FROM store.pruned_visit
