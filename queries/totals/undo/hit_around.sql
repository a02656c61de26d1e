-- title: Other page views in the visits of an ingest
-- about: undo_hit_around: the kept page views of other runs in the visits that are deleted. Page views outside of
-- about: these visits are further away than the visit gap.
-- reads: undo_visit, store.hit, $ingest_id
-- makes: undo_hit_around
CREATE OR REPLACE TEMP TABLE undo_hit_around AS
SELECT hit.site_id, hit.logged_at, hit.client, hit.agent_id, hit.page_id, hit.hit_class
FROM store.hit AS hit
JOIN undo_visit AS visit
    ON visit.site_id = hit.site_id
    AND visit.client = hit.client
    AND visit.agent_id = hit.agent_id
    AND hit.logged_at BETWEEN visit.first_at AND visit.last_at
WHERE hit.hit_class = 'page view'
    AND hit.ingest_id <> $ingest_id
    AND hit.logged_at >= (SELECT min(first_at) FROM undo_visit)
    AND hit.logged_at <= (SELECT max(last_at) FROM undo_visit)
