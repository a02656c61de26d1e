-- title: The chunk's intervals of visitors who read on over a turn
-- about: Those of the later side go by the earlier pseudonym.
-- reads: chunk_rotated
-- makes: chunk_interval
UPDATE chunk_interval AS visit
SET client = turned.alias
FROM chunk_rotated AS turned
WHERE visit.site_id = turned.site_id AND visit.client = turned.alias_before
