-- title: Visits
-- about: visits: the first and last page view of each visit, and the local day of the first.
-- reads: store.visit
-- makes: visits
CREATE OR REPLACE TEMP VIEW visits AS
SELECT site_id, client, agent_id, first_at, last_at, day, page_views
FROM store.visit
