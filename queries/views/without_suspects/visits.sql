-- title: Visits without suspects
-- about: visits: without visits that began on a UTC day on which their visitor is a suspect. No visit is split.
-- reads: suspect, store.visit
-- makes: visits
CREATE OR REPLACE TEMP VIEW visits AS
SELECT visit.site_id, visit.client, visit.agent_id, visit.first_at, visit.last_at, visit.day, visit.page_views
FROM store.visit AS visit
ANTI JOIN suspect
    ON suspect.site_id = visit.site_id
    AND suspect.client = visit.client
    AND suspect.agent_id = visit.agent_id
    AND suspect.day = CAST(visit.first_at AS DATE)
