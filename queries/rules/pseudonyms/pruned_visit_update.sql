-- title: Forgotten page views of visitors who read on over a turn
-- about: Those of the later side go by the earlier pseudonym.
-- reads: chunk_rotated, $since
-- makes: store.pruned_visit
UPDATE store.pruned_visit AS visit
SET client = turned.alias
FROM chunk_rotated AS turned
WHERE visit.site_id = turned.site_id AND visit.client = turned.alias_before AND visit.last_at >= $since
