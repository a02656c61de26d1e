-- title: Hits of visitors who read on over a turn
-- about: Those of the later side go by the earlier pseudonym.
-- reads: chunk_rotated, $since
-- makes: store.hit
UPDATE store.hit AS hit
SET client = turned.alias
FROM chunk_rotated AS turned
WHERE hit.site_id = turned.site_id AND hit.client = turned.alias_before AND hit.logged_at >= $since
