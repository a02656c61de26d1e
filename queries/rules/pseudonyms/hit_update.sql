-- title: Hits of visitors who read on over a turn
-- about: Those of the later side go by the earlier pseudonym.
UPDATE store.hit AS hit
SET client = turned.goes_by
FROM chunk_turned AS turned
WHERE hit.site_id = turned.site_id AND hit.client = turned.went_by AND hit.logged_at >= $since
